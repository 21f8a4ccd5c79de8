import SCRCommand
import SCRProtocol
import SCRTestSupport
import Testing

/// `scr serve` over real pipes.
enum Serving {
  /// Serves `lines` and the end of input.
  /// - Returns: the exit code and what was answered.
  static func run(
    _ lines: [String], _ arguments: [String] = [], environment: [String: String]
  ) async throws -> (CommandExit, [JSONValue]) {
    let (input, output, captured) = (try TestPipe(), try TestPipe(), CapturedOutput())
    let answers = LineReader(output.read)
    let (requests, served) = (TestDescriptor(input.write), TestDescriptor(output.write))
    requests.write(lines.flatMap { Array(($0 + "\n").utf8) })
    requests.close()
    let context = captured.context(
      environment: environment, wire: CommandContext.Wire(input: input.read, output: output.write))
    let exit = await Invocation.run(["serve"] + arguments, in: context)
    served.close()
    #expect(captured.result == "")
    return (exit, try await answers.rest().map { try JSONParser.parse($0) })
  }
}
