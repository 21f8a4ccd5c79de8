import Foundation
import SCRCommand
import SCRProtocol

/// A temporary folder with files and a state directory in it, and the commands that are run over them.
struct Workshop {
  let path: String
  var state: String { "\(path)/state" }

  /// Gone after `body`.
  static func use(_ body: (Workshop) async throws -> Void) async throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("scr-command-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try await body(Workshop(path: path))
  }

  func write(_ text: String, to name: String) throws -> String {
    try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
    return "\(path)/\(name)"
  }

  func text(of name: String) throws -> String { try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) }

  /// Runs a command with the state directory of this workshop.
  func run(
    _ arguments: [String], signals: TerminationSignals = TerminationSignals(),
    into captured: CapturedOutput = CapturedOutput()
  ) async -> (exit: CommandExit, output: CapturedOutput) {
    let context = captured.context(environment: ["SCR_STATE_DIR": state], signals: signals)
    return (await Invocation.run(arguments, in: context), captured)
  }
}

enum Plans {
  static let good = """
    title: Sums
    inputs: { number: "2" }
    steps:
      - { id: sum, tool: calculator, arguments: { expression: "${inputs.number} + 2" } }
      - { id: double, tool: calculator, arguments: { expression: "${steps.sum.text} * 2" } }
    result: "${steps.double.text}"
    """
  static let failing = """
    title: Broken
    steps:
      - { id: divide, tool: calculator, arguments: { expression: "1 / 0" } }
      - { id: after, needs: [divide], tool: calculator, arguments: { expression: "1" } }
    """
  /// Fails at once and then waits an hour, in which it can be stopped.
  static let patient = """
    title: Patient
    steps:
      - id: divide
        tool: calculator
        arguments: { expression: "1 / 0" }
        retry: { attempts: 90, backoffMs: 60000, jitter: 0 }
    """
  static let misspelled = """
    title: Typo
    steps:
      - id: sum
        tool: calculater
        arguments: { expression: "1" }
    """
}
