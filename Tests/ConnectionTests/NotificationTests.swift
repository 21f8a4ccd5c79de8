import SCRConnection
import SCRProtocol
import SCRTestSupport
import Synchronization
import Testing

@Suite("Notifications of ours", .timeLimit(.minutes(1)))
struct NotificationTests {
  @Test("while the peer does not read, only the newest of each token is kept, and the others are counted")
  func latest() async {
    let sink = FullSink()
    let connection = Connection(handler: EchoHandler(), sink: sink)
    connection.notifyLatest("progress", token: .integer(1), params: ["n": 0])
    sink.isFull.withLock { $0 = true }
    for number in 1...1000 {
      connection.notifyLatest("progress", token: .integer(1), params: ["n": .init(number)])
      connection.notifyLatest("changed", params: nil)
    }
    connection.notifyLatest("progress", token: .string("1"), params: ["n": 1])
    connection.dropLatest("progress", token: .string("1"))
    #expect(sink.frames.all.count == 1)
    sink.room.open()
    let frames = await sink.frames.values(3)
    #expect(frames[0]["params"] == ["n": 0])
    #expect(frames.dropFirst().compactMap { $0["params"] } == [["n": 1000]])
    #expect(Set(frames.dropFirst().map { $0["method"] }) == ["progress", "changed"])
    #expect(connection.droppedNotifications == 999 + 999 + 1)
  }
}

/// A peer that reads nothing until it is told to.
private final class FullSink: FrameSink {
  let frames = Signal<JSONValue>()
  let isFull = Mutex(false)
  let room = Gate()

  var hasRoom: Bool { isFull.withLock { !$0 } }

  func send(_ bytes: [UInt8], inline: Bool) -> Bool {
    for line in bytes.split(separator: 0x0A) {
      frames.fire(JSONValue(json: String(decoding: line, as: UTF8.self)))
    }
    return true
  }

  func flush() {}
  func waitForRoom() async { try? await room.pass() }
}
