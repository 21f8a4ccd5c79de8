import Foundation
import SCRCommand
import SCRProtocol
import Testing

@Suite struct ConfigurationCommandTests {
  @Test func `A wrong setting is told with file, line, column and suggestion`() async throws {
    try await Workshop.use { shop in
      let file = try shop.write("queue: { maxSiz: 5 }\n", to: "scr.yaml")
      let (exit, output) = await shop.run(["config", "check", "--config", file])
      #expect(exit == .usage)
      #expect(output.note == "error: \(file):1:10: queue.maxSiz: unknown setting; did you mean \"maxSize\"?\n")
    }
  }

  @Test func `Show names where each value comes from`() async throws {
    try await Workshop.use { shop in
      let file = try shop.write("queue: { maxSize: 5 }\n", to: "scr.yaml")
      let (exit, output) = await shop.run(["config", "show", "--config", file, "--log-level", "debug"])
      #expect(exit == .success)
      let lines = output.result.split(separator: "\n")
      #expect(lines.contains("queue.maxSize = 5  (\(file):1:19)"))
      #expect(lines.contains("log.level = debug  (flag --log-level)"))
      #expect(lines.contains("stateDir = \(shop.state)  (env SCR_STATE_DIR)"))
      #expect(lines.contains("runtime.leaseMs = 30000  (default)"))
    }
  }

  @Test func `A file of the working directory starts nothing before somebody consents`() async throws {
    try await Workshop.use { shop in
      _ = try shop.write(
        #"{"mcpServers":{"clock":{"command":"clock-server","args":["--zone","UTC now"],"env":{"API_TOKEN":"s3cret"}}}}"#,
        to: ".mcp.json")
      func run(_ arguments: String...) async -> (CommandExit, CapturedOutput) {
        let captured = CapturedOutput()
        let context = captured.context(environment: ["SCR_STATE_DIR": shop.state], workingDirectory: shop.path)
        return (await Invocation.run(arguments, in: context), captured)
      }
      func state() async throws -> JSONValue? {
        let (_, output) = await run("mcp", "list", "--json")
        return try JSONParser.parse(output.result)["servers"]?.arrayValue?.first { $0["name"] == "clock" }?["state"]
      }
      #expect(try await state() == "needs_approval")
      let (asked, refused) = await run("mcp", "trust")
      #expect(asked == .usage)
      #expect(
        refused.note.hasPrefix(
          """
          \(shop.path)/.mcp.json wants to
            start clock: clock-server --zone 'UTC now'
              with API_TOKEN=<redacted>

          """))
      #expect(try await state() == "needs_approval")
      let (granted, told) = await run("mcp", "trust", "--yes")
      #expect(granted == .success)
      #expect(told.result == "trusted: \(shop.path)/.mcp.json\n")
      #expect(try await state() == "enabled")
    }
  }

  @Test func `Smoke needs a server that can be started`() async throws {
    try await Workshop.use { shop in
      let none = await shop.run(["mcp", "smoke"])
      #expect(none.exit == .failed)
      #expect(none.output.note.contains("no tool server is enabled"))
      let unknown = await shop.run(["mcp", "smoke", "--server", "filesystm"])
      #expect(unknown.exit == .usage)
      #expect(unknown.output.note.contains("did you mean \"filesystem\"?"))
      #expect((try? shop.text(of: "state/lock")) == nil)
    }
  }
}
