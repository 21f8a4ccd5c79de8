import Testing

@testable import SCRRuntime

struct QueueRoomTests {
  @Test func `there is room up to the limit, and again where something left`() {
    let room = QueueRoom(queued: 1)
    #expect([room.take(limit: 2), room.take(limit: 2)] == [true, false])
    room.giveBack()
    #expect([room.take(limit: 2), room.take(limit: 2), room.take(limit: 3)] == [true, false, true])
  }

  @Test func `a task that comes back counts even over the limit`() {
    let room = QueueRoom(queued: 2)
    room.takeBack()
    room.giveBack()
    #expect(!room.take(limit: 2))
    room.giveBack()
    #expect(room.take(limit: 2))
  }

  @Test func `nothing is given back that was not taken`() {
    let room = QueueRoom(queued: 0)
    room.giveBack()
    #expect([room.take(limit: 1), room.take(limit: 1)] == [true, false])
  }
}
