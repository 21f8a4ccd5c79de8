import SCRCommand
import SCRRuntime
import Synchronization

/// Holds what a command wrote.
final class CapturedOutput: Sendable {
  private struct State {
    var result: [UInt8] = []
    var note: [UInt8] = []
    var waiters: [(text: String, continuation: CheckedContinuation<Void, Never>)] = []
  }

  private let state = Mutex(State())

  var result: String { state.withLock { String(decoding: $0.result, as: UTF8.self) } }
  var note: String { state.withLock { String(decoding: $0.note, as: UTF8.self) } }

  /// Returns once stderr holds `text`.
  func noted(_ text: String) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if String(decoding: state.note, as: UTF8.self).contains(text) { return true }
        state.waiters.append((text, continuation))
        return false
      }
      if isThere { continuation.resume() }
    }
  }

  private func take(note bytes: [UInt8]) {
    let woken = state.withLock { state in
      state.note += bytes
      let note = String(decoding: state.note, as: UTF8.self)
      let woken = state.waiters.filter { note.contains($0.text) }
      state.waiters.removeAll { note.contains($0.text) }
      return woken
    }
    for waiter in woken { waiter.continuation.resume() }
  }

  func output(isTerminal: Bool = false, size: TerminalSize = TerminalSize()) -> Output {
    Output(
      isTerminal: isTerminal, size: { size },
      writeResult: { bytes in self.state.withLock { $0.result += bytes } },
      writeNote: { self.take(note: $0) })
  }

  /// - Parameter workingDirectory: below `/` nothing is served without configuration, so no process is started.
  func context(
    environment: [String: String] = ["SCR_STATE_DIR": ":memory:"], workingDirectory: String = "/",
    signals: TerminationSignals = TerminationSignals(), wire: CommandContext.Wire = .init(input: -1, output: -1),
    isTerminal: Bool = false
  ) -> CommandContext {
    CommandContext(
      output: output(isTerminal: isTerminal), environment: environment, workingDirectory: workingDirectory,
      executable: "/proc/self/exe", clock: SystemClock(), signals: signals, wire: wire, isInteractive: false)
  }
}
