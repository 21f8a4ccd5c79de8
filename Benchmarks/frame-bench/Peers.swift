import SCRConnection
import SCRProtocol
import Synchronization

/// Refuses every request in line, without a look at its parameters.
final class Refusing: ConnectionHandler {
  func receive(
    _ request: IncomingRequest, on connection: Connection, output: inout JSONWriter
  ) -> Disposition { .error(RPCError(.methodNotFound, "there is no such method")) }

  func receive(_ notification: IncomingNotification, on connection: Connection) {}
}

/// Counts the frames that leave.
final class CountingSink: FrameSink {
  let count = Mutex(0)

  func send(_ frames: [UInt8], inline: Bool) -> Bool {
    count.withLock { $0 += 1 }
    return true
  }
  func flush() {}
  func waitForRoom() async {}
}
