import SCRProtocol
import SCRTestSupport
import Synchronization
import Testing

@testable import SCRConnection

/// Answers when its gate opens.
private struct SlowHandler: ConnectionHandler {
  let gate: Gate

  func receive(_ request: IncomingRequest, on connection: Connection, output: inout JSONWriter) -> Disposition {
    .later(.finish) { [gate] in
      try await gate.pass()
      return JSONSlice("late")
    }
  }

  func receive(_ notification: IncomingNotification, on connection: Connection) {}
}

/// Looks, each time it is handed a frame, whether its connection counts as drained.
private final class WatchingSink: FrameSink {
  let wasIdle = Signal<Bool>()
  private let connection = Mutex<Connection?>(nil)

  func watch(_ watched: Connection) { connection.withLock { $0 = watched } }

  func send(_ frames: [UInt8], inline: Bool) -> Bool {
    if let connection = connection.withLock({ $0 }) { wasIdle.fire(connection.shared.withLock { $0.core.isIdle() }) }
    return true
  }

  func flush() {}
  func waitForRoom() async {}
}

@Suite(.timeLimit(.minutes(1))) struct DrainTests {
  @Test func `a connection is not drained before its last answer is queued`() async {
    let gate = Gate()
    let sink = WatchingSink()
    let connection = Connection(handler: SlowHandler(gate: gate), sink: sink)
    sink.watch(connection)
    let line = Array((#"{"jsonrpc":"2.0","id":1,"method":"a"}"# + "\n").utf8)
    _ = line.withUnsafeBytes { connection.receive($0) }
    _ = connection.endOfInput()
    gate.open()
    await connection.drained()
    #expect(sink.wasIdle.all == [false])
  }
}
