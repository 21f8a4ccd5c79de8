import Foundation
import SCRCommand
import SCRProtocol
import Testing

/// `scr serve` over real pipes.
enum Serving {
  /// Serves `lines` and the end of input.
  /// - Returns: the exit code and what was answered.
  static func run(
    _ lines: [String], _ arguments: [String] = [], environment: [String: String]
  ) async throws -> (CommandExit, [JSONValue]) {
    let (input, output, captured) = (Pipe(), Pipe(), CapturedOutput())
    try input.fileHandleForWriting.write(contentsOf: Data(lines.map { $0 + "\n" }.joined().utf8))
    try input.fileHandleForWriting.close()
    let context = captured.context(
      environment: environment,
      wire: CommandContext.Wire(
        input: input.fileHandleForReading.fileDescriptor, output: output.fileHandleForWriting.fileDescriptor))
    let exit = await Invocation.run(["serve"] + arguments, in: context)
    try output.fileHandleForWriting.close()
    let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
    #expect(captured.result == "")
    return (exit, try bytes.split(separator: 0x0A).map { try JSONParser.parse($0) })
  }
}
