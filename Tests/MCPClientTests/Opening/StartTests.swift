@testable import MCPClient
import SCRConnection
import SCRProcess
import SCRProtocol
import SCRTestSupport
import Testing

@Suite(.timeLimit(.minutes(3))) struct StartTests {
  let servers = Servers()
  private static let names = [
    "append", "deafen", "die", "echo", "environment", "fail", "flaky", "grow", "hang", "heard", "progress", "spawn",
    "wait",
  ]

  private func failure(_ flags: String..., startup: Duration = .seconds(60)) async -> MCPClientError? {
    let error = await #expect(throws: MCPClientError.self) {
      try await servers.start(flags: flags, startup: startup)
    }
    #expect(servers.table.count == 0)
    #expect(servers.exit.all == [])
    return error
  }

  @Test func `a modern server is found by the probe`() async throws {
    let server = try await servers.start()
    #expect(
      server.session.peer
        == ServerPeer(
          revision: .july2026, implementation: Implementation(name: "fake", version: "2"),
          capabilities: ["tools": ["listChanged": true]]))
    #expect(server.tools.map(\.name) == Self.names)
    #expect(server.tools[12].inputSchema["required"] == ["ms"])
    #expect(try await server.heard() == ["server/discover", "tools/list", "tools/call"])
    #expect(await server.stop() == .exited(0))
  }

  @Test(arguments: [-32601, -32602, -32600, -32000, -32022, 1])
  func `a server that refuses the probe, with whatever code, is initialized`(_ code: Int) async throws {
    let server = try await servers.start("--legacy-code", "\(code)")
    #expect(server.session.peer?.revision == .june2025)
    #expect(server.session.peer?.implementation == Implementation(name: "fake", version: "1"))
    #expect(server.tools.map(\.name) == Self.names)
    #expect(
      try await server.heard()
        == ["server/discover", "initialize", "notifications/initialized", "tools/list", "tools/call"])
    #expect(await server.stop() == .exited(0))
  }

  @Test func `a server that is silent to the probe is started afresh and initialized`() async throws {
    let server = try await servers.start(flags: ["--silent-probe"], startup: .seconds(12))
    #expect(server.session.peer?.revision == .june2025)
    #expect(try await server.heard() == ["initialize", "notifications/initialized", "tools/list", "tools/call"])
    #expect(servers.table.count == 1)
    // The end of the first life is nobody's business.
    #expect(servers.exit.all == [])
    #expect(await server.stop() == .exited(0))
    #expect(servers.exit.all == [.exited(0)])
  }

  @Test func `a server that wants an unknown revision is refused`() async {
    let error = await failure("--legacy", "--revision", "1999-01-01")
    #expect(error?.code == .refused)
    #expect(error?.message == "fake wants the protocol version 1999-01-01, which is not supported")
  }

  @Test(
    arguments: [
      (
        "-32022", #"{"supported":["2099-01-01"]}"#,
        "it offers the protocol versions 2099-01-01, none of which is supported"
      ),
      (
        "-32021", #"{"requiredCapabilities":{"roots":{}}}"#,
        #"it serves only clients with capabilities that this one lacks: {"roots":{}}"#
      ),
    ])
  func `a modern server that refuses us is not initialized`(_ code: String, _ data: String, _ reason: String) async {
    let error = await failure("--probe-error", code, "--data", data)
    #expect(error?.code == .refused)
    #expect(error?.message == "fake is of no use to this client: \(reason)")
  }

  @Test func `all pages of the list are read`() async throws {
    let server = try await servers.start("--page", "5", "--extra", "11")
    #expect(server.tools.map(\.name) == Self.names + (0..<11).map { "extra_\($0)" })
    #expect(try await server.heard() == ["server/discover"] + Array(repeating: "tools/list", count: 5) + ["tools/call"])
    await server.stop()
  }

  @Test func `a server that exits at once says why on stderr`() async {
    let error = await failure("--exit", "3")
    #expect(error?.code == .exited)
    #expect(error?.stderrTail == "fatal: no licence found")
    #expect(error?.description == "fake ended or closed its output; its stderr ended with:\nfatal: no licence found")
  }

  @Test func `a command that does not exist is told by name`() async {
    let error = await #expect(throws: MCPClientError.self) {
      _ = try await servers.start(flags: [], command: "no-such-server")
    }
    #expect(error?.code == .spawnFailed)
    #expect((error?.cause as? ProcessError)?.code == .notFound)
    #expect(error?.isHopeless == true)
    #expect(error?.message.contains("\"no-such-server\" is not on the PATH \"/usr/bin:/bin\"") == true)
    #expect(servers.table.count == 0)
  }

  @Test func `a server that never answers is given up, and nothing of it is left`() async {
    let error = await failure("--mute", startup: .milliseconds(500))
    #expect(error?.code == .timeout)
  }

  @Test func `a start without an end tells how long it was given`() async {
    // Every answer is in time, all of them together are not.
    let error = await failure("--page", "1", "--list-ms", "600", startup: .seconds(2))
    #expect(error?.code == .timeout)
    #expect(error?.message == "fake was not ready within 4.0 seconds")
  }

  @Test func `only a command that cannot work is hopeless`() {
    func failed(_ code: ProcessError.Code) -> MCPClientError {
      MCPClientError(.spawnFailed, "no", cause: ProcessError(code, "no"))
    }
    let all: [ProcessError.Code] = [.notFound, .notExecutable, .noDirectory, .spawnFailed, .tooMany, .stopping]
    #expect(all.map { failed($0).isHopeless } == [true, true, true, false, false, false])
    #expect(MCPClientError(.refused, "no").isHopeless == false)
  }

  @Test func `noise on stdout is tolerated and counted`() async throws {
    let server = try await servers.start("--junk")
    _ = try await server.call("echo")
    // Three lines at the start, and one before each of three answers.
    #expect(server.session.faults.malformed == 6)
    #expect(server.session.faults.lastMalformed == "DEBUG tools/call")
    await server.stop()
  }

  @Test func `a flood on stderr hinders nobody, and its end is kept`() async throws {
    let server = try await servers.start("--flood")
    #expect(try await server.call("echo").isError == false)
    let last = (16_364..<16_384).map { "flood \($0) " + String(repeating: "x", count: 50) }
    #expect(server.stderrTail == last.joined(separator: "\n"))
    await server.stop()
  }

  @Test func `a server that pings before it was asked anything gets its answer`() async throws {
    let server = try await servers.start("--ping")
    #expect(try await server.heard().contains(#"answer {"jsonrpc":"2.0","id":"ping","result":{}}"#))
    await server.stop()
  }
}
