import Foundation
import MCPClient
import SCRProcess
import SCRProtocol

/// The client under test of the official conformance suite, over stdio.
///
///     conformance-client COMMAND ARGUMENT…
///
/// starts the server that its arguments name, does what the scenario in `MCP_CONFORMANCE_SCENARIO` needs, and exits with 0.
/// All of the protocol is the product's; what stands here is what a host and its user would do.
@main
struct ConformanceClient {
  static func main() async {
    do {
      try await run(Array(CommandLine.arguments.dropFirst()), ProcessInfo.processInfo.environment)
      exit(0)
    } catch {
      FileHandle.standardError.write(Data("conformance-client: \(error)\n".utf8))
      exit(1)
    }
  }

  private static func run(_ words: [String], _ environment: [String: String]) async throws {
    guard let command = words.first else { throw Complaint("usage: conformance-client COMMAND ARGUMENT…") }
    let spec = MCPServerSpec(
      name: "conformance",
      process: ProcessSpec(command: command, arguments: Array(words.dropFirst()), environment: environment),
      startupTimeout: .seconds(8), callTimeout: .seconds(15))
    let table = ProcessTable()
    // Its end is the end of what it started.
    defer { withExtendedLifetime(table) {} }
    let server = try await ToolServerProcess.start(
      spec, in: table, client: Implementation(name: "scr-conformance-client", version: "1"),
      answerer: Person(), onExit: { _ in })
    let outcome: Result<Void, any Error>
    do {
      try await Scenario(server: server).play(environment["MCP_CONFORMANCE_SCENARIO"] ?? "")
      outcome = .success(())
    } catch { outcome = .failure(error) }
    await server.stop()
    try outcome.get()
  }
}

struct Complaint: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
