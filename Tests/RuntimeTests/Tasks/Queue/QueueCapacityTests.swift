import Testing

@testable import SCRRuntime

@Suite("Queue capacity")
struct QueueCapacityTests {
  private static func at(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: seconds * 1000) }
  private typealias Refusal = QueueCapacity.Refusal

  private static func pause(_ room: inout QueueCapacity, _ seconds: Int64) -> Duration? {
    room.take(size: 1, now: at(seconds))?.retryAfter
  }

  @Test("there is room up to the count and up to the bytes, whichever is met first")
  func bounds() {
    var room = QueueCapacity(maximumCount: 3, maximumBytes: 100, now: Self.at(0))
    #expect(room.take(size: 60, now: Self.at(0)) == nil)
    #expect(room.take(size: 40, now: Self.at(0)) == nil)
    #expect(room.take(size: 1, now: Self.at(0)) == Refusal(bound: .bytes, retryAfter: .seconds(60), isFinal: false))
    #expect(room.take(size: 0, now: Self.at(0)) == nil)
    #expect(room.take(size: 0, now: Self.at(0)) == Refusal(bound: .count, retryAfter: .seconds(60), isFinal: false))
    #expect((room.count, room.bytes) == (3, 100))
    room.giveBack(size: 60, now: Self.at(1))
    #expect(room.take(size: 60, now: Self.at(1)) == nil)
  }

  @Test("a task that is larger than the whole queue is told that it never fits")
  func tooLarge() {
    var room = QueueCapacity(maximumCount: 3, maximumBytes: 100, now: Self.at(0))
    #expect(room.take(size: 101, now: Self.at(0)) == Refusal(bound: .bytes, retryAfter: .seconds(60), isFinal: true))
    #expect(room.count == 0)
  }

  @Test("a task that comes back is never refused")
  func takeBack() {
    var room = QueueCapacity(maximumCount: 1, maximumBytes: 10, now: Self.at(0))
    room.takeBack(size: 8)
    room.takeBack(size: 8)
    #expect((room.count, room.bytes) == (2, 16))
    room.giveBack(size: 8, now: Self.at(0))
    #expect(room.take(size: 1, now: Self.at(0)) != nil)
    for _ in 0..<5 { room.giveBack(size: 8, now: Self.at(0)) }
    #expect((room.count, room.bytes) == (0, 0))
  }

  @Test(
    "when to come back follows what left within the last minute, between 100 ms and a minute",
    arguments: [
      // tasks that leave in each second, seconds, expected milliseconds
      (1, 60, 1000), (4, 60, 250), (1000, 60, 100), (1, 5, 1000), (0, 60, 60_000),
    ])
  func retryAfter(perSecond: Int, seconds: Int64, expected: Int64) {
    var room = QueueCapacity(maximumCount: 1, maximumBytes: 1000, count: 1, now: Self.at(0))
    for second in 1...seconds {
      for _ in 0..<perSecond {
        room.giveBack(size: 1, now: Self.at(second))
        room.takeBack(size: 1)
      }
    }
    let refusal = room.take(size: 1, now: Self.at(seconds))
    #expect(refusal?.retryAfter == .milliseconds(expected))
  }

  @Test("what left before the last minute no longer counts")
  func forgetting() {
    var room = QueueCapacity(maximumCount: 1, maximumBytes: 1000, count: 1, now: Self.at(0))
    for _ in 0..<6000 {
      room.giveBack(size: 1, now: Self.at(10))
      room.takeBack(size: 1)
    }
    #expect(Self.pause(&room, 69) == .milliseconds(100))
    #expect(Self.pause(&room, 70) == .seconds(60))
    // A clock that is set back, or far ahead, does no harm.
    #expect(Self.pause(&room, -5) == .seconds(60))
    #expect(Self.pause(&room, 1 << 40) == .seconds(60))
  }

  @Test("room in bytes is expected by the bytes that leave")
  func bytes() {
    var room = QueueCapacity(maximumCount: 100, maximumBytes: 1000, count: 1, bytes: 1000, now: Self.at(0))
    for second in 1...60 {
      room.giveBack(size: 50, now: Self.at(Int64(second)))
      room.takeBack(size: 50)
    }
    #expect(
      room.take(size: 200, now: Self.at(60)) == Refusal(bound: .bytes, retryAfter: .seconds(4), isFinal: false))
  }
}
