import FoundationEssentials
import SCRProtocol
import Testing

@Suite("Consent to files of the working directory", .timeLimit(.minutes(2)))
struct TrustTests {
  private let place: TestPlace
  init() throws { place = try TestPlace() }

  /// A server that leaves a trace when it is started.
  private func write(_ file: String) throws {
    let server: JSONValue = [
      "command": "/bin/sh",
      "args": ["-c", "touch started && exec \"$0\"", .string(place.fakeServerPath)],
    ]
    let settings: JSONValue =
      file == ".mcp.json" ? ["mcpServers": ["mine": server]] : ["mcp": ["servers": ["mine": server]]]
    try place.write(file, settings.jsonText)
  }

  private var wasStarted: Bool { FileManager.default.fileExists(atPath: "\(place.path)/started") }

  private func served() async throws -> JSONValue? {
    let scr = try ScrProcess(["serve", "--state", place.state], in: place)
    // Waits for servers that start.
    scr.send(#"{"jsonrpc":"2.0","id":1,"method":"list_tools"}"#)
    _ = try await scr.answer(to: 1)
    scr.send(#"{"jsonrpc":"2.0","id":2,"method":"list_servers"}"#)
    let servers = try await scr.answer(to: 2)["result"]?["servers"]?.arrayValue
    #expect(await scr.finish().code == 0)
    return servers?.first { $0["name"] == "mine" }
  }

  private func listed() async throws -> JSONValue? {
    let end = try await place.run(["mcp", "list", "--json", "--state", place.state])
    return end.json["servers"]?.arrayValue?.first { $0["name"] == "mine" }?["state"]
  }

  @Test("nothing starts before consent, and everything after it", arguments: ["scr.yaml", ".mcp.json"])
  func consent(_ file: String) async throws {
    try write(file)
    #expect(try await listed() == "needs_approval")
    #expect(try await served()?["state"] == "needs_approval")
    let smoke = try await place.run(["mcp", "smoke", "--server", "mine", "--state", place.state])
    #expect(smoke.code == 1)
    #expect(!wasStarted)

    let asked = try await place.run(["mcp", "trust", "--state", place.state])
    #expect(asked.code == 2)
    #expect(asked.stderr.contains("touch started"))
    #expect(try await listed() == "needs_approval")
    let granted = try await place.run(["mcp", "trust", "--yes", "--state", place.state])
    #expect(granted.code == 0)
    #expect(granted.stdout == ["trusted: \(place.path)/\(file)"])
    #expect(!wasStarted)

    #expect(try await listed() == "enabled")
    let checked = try await place.run(["mcp", "smoke", "--server", "mine", "--state", place.state])
    #expect(checked.code == 0)
    #expect(wasStarted)
    #expect(try await served()?["state"] == "ready")
  }

  @Test("a file that changes needs consent again")
  func changed() async throws {
    try write("scr.yaml")
    #expect(try await place.run(["mcp", "trust", "--yes", "--state", place.state]).code == 0)
    try place.write("scr.yaml", try place.read("scr.yaml").replacing("touch started", with: "touch started more"))
    #expect(try await listed() == "needs_approval")
    #expect(try await served()?["state"] == "needs_approval")
    #expect(!wasStarted)
  }
}
