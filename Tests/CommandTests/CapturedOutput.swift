import SCRCommand
import SCRRuntime
import Synchronization

/// Holds what a command wrote.
final class CapturedOutput: Sendable {
  private let written = Mutex((result: [UInt8](), note: [UInt8]()))

  var result: String { written.withLock { String(decoding: $0.result, as: UTF8.self) } }
  var note: String { written.withLock { String(decoding: $0.note, as: UTF8.self) } }

  func output(isTerminal: Bool = false, size: TerminalSize = TerminalSize()) -> Output {
    Output(
      isTerminal: isTerminal, size: { size },
      writeResult: { bytes in self.written.withLock { $0.result += bytes } },
      writeNote: { bytes in self.written.withLock { $0.note += bytes } })
  }

  func context(
    environment: [String: String] = [:], workingDirectory: String = "/", isInteractive: Bool = false
  ) -> CommandContext {
    CommandContext(
      output: output(), environment: environment, workingDirectory: workingDirectory, executable: "/proc/self/exe",
      clock: SystemClock(), signals: TerminationSignals(), wire: CommandContext.Wire(input: -1, output: -1),
      isInteractive: isInteractive)
  }
}
