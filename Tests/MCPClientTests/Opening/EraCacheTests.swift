@testable import MCPClient
import SCRProcess
import SCRProtocol
import SCRTestSupport
import Testing

/// What is remembered of a server's last start.
@Suite(.timeLimit(.minutes(3))) struct EraCacheTests {
  let table = ProcessTable()
  let eras = EraCache()

  private func start(_ flags: [String]) async throws -> (revision: ProtocolRevision?, heard: [String]) {
    let server = try await ToolServerProcess.start(
      spec(flags), in: table, client: Implementation(name: "scr", version: "1"), eras: eras, onExit: { _ in })
    let heard = try await server.heard()
    await server.stop()
    return (server.session.peer?.revision, heard)
  }

  private func spec(_ flags: [String]) -> MCPServerSpec {
    MCPServerSpec(
      name: "fake",
      process: ProcessSpec(
        command: Fixture.path("fake-mcp-server"), arguments: flags, environment: ["PATH": "/usr/bin:/bin"]),
      startupTimeout: .seconds(60))
  }

  @Test func `a legacy server is not probed again`() async throws {
    #expect(try await start(["--legacy"]).heard.first == "server/discover")
    let second = try await start(["--legacy"])
    #expect(second.revision == .june2025)
    #expect(second.heard == ["initialize", "notifications/initialized", "tools/list", "tools/call"])
  }

  @Test func `a modern server is asked each time, since its answer says what it offers`() async throws {
    for _ in 0..<2 { #expect(try await start(["--quiet"]).heard == ["server/discover", "tools/list", "tools/call"]) }
  }

  @Test func `one that does not behave as remembered is probed afresh, and remembered anew`() async throws {
    eras.keep(spec(["--no-initialize"]).process, .november2025)
    let first = try await start(["--no-initialize"])
    #expect(first.revision == .july2026)
    #expect(first.heard == ["server/discover", "tools/list", "tools/call"])
    #expect(eras.revision(spec(["--no-initialize"]).process) == .july2026)
  }

  @Test func `another command is another server`() async throws {
    eras.keep(spec(["--legacy"]).process, .june2025)
    #expect(eras.isLegacy(spec(["--legacy"]).process))
    #expect(!eras.isLegacy(spec(["--legacy", "--ping"]).process))
  }

  @Test func `a version that is refused and listed all the same is asked for once more`() async throws {
    let found = try await start(["--refuse-first"])
    #expect(found.revision == .july2026)
    #expect(found.heard == ["server/discover", "server/discover", "tools/list", "tools/call"])
  }

  @Test func `a server that refuses the newest legacy revision gets the newest of those that it names`() async throws {
    let found = try await start(["--legacy", "--only", "2024-11-05", "--revision", "2024-11-05"])
    #expect(found.revision == .november2024)
    #expect(found.heard.prefix(4) == ["server/discover", "initialize", "initialize", "notifications/initialized"])
  }
}
