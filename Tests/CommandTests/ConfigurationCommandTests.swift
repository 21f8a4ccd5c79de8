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

  @Test func `What consent is asked for stands there word for word, and no name can forge a line of it`() async throws {
    try await Workshop.use { shop in
      _ = try shop.write(
        """
        workspaceRoot: /
        tools: { allow: ["*"] }
        mcp:
          servers:
            git:
              { command: git-mcp, args: ["a\\nb"], env: { T: { env: MY_TOKEN } }, allowedTools: [x], excludedTools: [y],
                readOnlyTools: ["*"], idempotentTools: [z] }

        """, to: "scr.yaml")
      _ = try shop.write(
        #"{"mcpServers":{"x\u001b[2J\u001b[H\nfake":{"command":"c"},"k":{"command":"k","args":["--key=${SECRET_TOKEN}"]}}}"#,
        to: ".mcp.json")
      let captured = CapturedOutput()
      let context = captured.context(
        environment: ["SCR_STATE_DIR": shop.state, "MY_TOKEN": "s3cret", "SECRET_TOKEN": "s3cret"],
        workingDirectory: shop.path)
      #expect(await Invocation.run(["mcp", "trust", "--yes"], in: context) == .success)
      #expect(
        captured.note == """
          \(shop.path)/scr.yaml wants to
            start git: git-mcp 'a\\u{a}b'
              with T=${MY_TOKEN}
              and allow ["x"]
              and exclude ["y"]
              and take as read-only ["*"]
              and take as safe to call again ["z"]
            set workspaceRoot to "/"
            set tools.allow to ["*"]
            set mcp.servers.git.command to "git-mcp"
            set mcp.servers.git.args to ["a\\nb"]
            set mcp.servers.git.env to {"T":{"env":"MY_TOKEN"}}
            set mcp.servers.git.allowedTools to ["x"]
            set mcp.servers.git.excludedTools to ["y"]
            set mcp.servers.git.readOnlyTools to ["*"]
            set mcp.servers.git.idempotentTools to ["z"]
          \(shop.path)/.mcp.json wants to
            name x\\u{1b}[2J\\u{1b}[H\\u{a}fake, which cannot be started: \
          "x\\u{1b}[2J\\u{1b}[H\\u{a}fake" is no valid name: a name has 1 to 32 letters, digits, underscores and hyphens
            start k: k '--key=${SECRET_TOKEN}'

          """)
      let listed = CapturedOutput()
      let looking = listed.context(environment: context.environment, workingDirectory: shop.path)
      #expect(await Invocation.run(["mcp", "list"], in: looking) == .success)
      #expect(!listed.result.contains("\u{1B}") && !listed.result.contains("s3cret"))
      #expect(listed.result.contains("k '--key=${SECRET_TOKEN}'"))
    }
  }

  @Test func `A name with a line break is one line wherever it is told`() async throws {
    try await Workshop.use { shop in
      let servers = #"{"mcpServers":{"filesystem":{"command":"c"},"a\nnote: b":{"command":"c"}}}"#
      _ = try shop.write(servers, to: ".mcp.json")
      let captured = CapturedOutput()
      let context = captured.context(
        environment: ["SCR_STATE_DIR": shop.state, "SCR_A\nnote: b": "1"], workingDirectory: shop.path)
      #expect(await Invocation.run(["mcp", "list"], in: context) == .success)
      #expect(
        captured.note.split(separator: "\n").sorted() == [
          "note: .mcp.json:1:16: mcp.servers.filesystem: not used, since a server of this name is defined by default",
          "note: env SCR_A\\u{a}note: b: names no setting",
        ])
      #expect(captured.result.split(separator: "\n").filter { $0.hasPrefix("note") } == [])
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
