import SCRConnection
import SCRProcess
import SCRProtocol
import Synchronization

/// The pipes of one tool server's process, seen as a connection's wire.
final class ProcessTransport: FrameSink {
  private let child = Mutex<ChildProcess?>(nil)
  private let connection = Mutex<Connection?>(nil)
  private let writeFailure = Mutex<ProcessError?>(nil)
  private let onExit: @Sendable (ExitStatus) -> Void

  init(onExit: @escaping @Sendable (ExitStatus) -> Void) { self.onExit = onExit }

  /// Starts the process and feeds `session` with what it writes.
  /// - Throws: `ProcessError`.
  func start(_ spec: ProcessSpec, in table: ProcessTable, session: MCPSession) async throws {
    connection.withLock { $0 = session.connect(sink: self) }
    let events = ProcessEvents(
      // Before any output, so that what it asks for can be answered.
      started: { [weak self] child in self?.child.withLock { $0 = child } },
      output: { [weak self] chunk in
        // Requests are answered or refused by the inbox at once, so nothing can wait here.
        if let connection = self?.connection.withLock({ $0 }) { connection.receive(chunk) }
      },
      outputEnd: { [weak self] in self?.takeConnection()?.endOfInput() },
      exit: onExit)
    do { _ = try await table.spawn(spec, events: events) } catch {
      _ = takeConnection()
      throw error
    }
  }

  /// The connection holds this object as its sink, so one of the two has to let go when nothing more can come.
  private func takeConnection() -> Connection? {
    writeFailure.withLock { $0 = nil }
    return connection.withLock { $0.take() }
  }

  /// Why the last frame could not be sent, if it could not.
  var lastWriteFailure: ProcessError? { writeFailure.withLock { $0 } }
  var process: ChildProcess? { child.withLock { $0 } }

  func send(_ frames: [UInt8], inline: Bool) -> Bool {
    guard let process else { return false }
    do {
      try process.write(frames)
      writeFailure.withLock { $0 = nil }
      return true
    } catch {
      writeFailure.withLock { $0 = error as? ProcessError }
      return false
    }
  }

  func flush() {}
  func waitForRoom() async {}
}
