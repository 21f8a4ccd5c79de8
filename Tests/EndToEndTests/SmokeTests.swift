import SCRProtocol
import Testing

@Suite("scr mcp smoke", .timeLimit(.minutes(2)))
struct SmokeTests {
  private let place: TestPlace
  init() throws { place = try TestPlace() }

  private func smoke(_ server: BadServer, _ more: String...) async throws -> ScrProcess.End {
    // It needs no state directory and takes one that cannot be used as well.
    let arguments = try server.configure(place).dropLast() + ["/proc/nowhere"]
    return try await place.run(["mcp", "smoke", "--server", "fake"] + arguments + more)
  }

  @Test("an unhealthy server fails it, with the end of its stderr", arguments: BadServer.hopeless)
  func unhealthy(_ server: BadServer) async throws {
    let end = try await smoke(server)
    #expect(end.code == 1)
    #expect(end.stdout.first == "✗ fake")
    for word in server.words { #expect(end.stdout.joined(separator: "\n").contains(word)) }
    let json = try await smoke(server, "--json")
    #expect(json.code == 1)
    #expect(json.json["healthy"] == false)
    #expect(json.json["servers"]?.arrayValue?.first?["error"]?["kind"] == "server_unavailable")
  }

  @Test("a healthy one is shown with era, revision, tools and timings", arguments: BadServer.healthy)
  func healthy(_ server: BadServer) async throws {
    let end = try await smoke(server)
    #expect(end.code == 0)
    let line = end.stdout.first ?? ""
    #expect(line.hasPrefix("✓ fake  \(server.words[0]) \(server.words[1])  13 tools  open "))
    #expect(line.contains(#/open [0-9.]+ m?s  list [0-9.]+ m?s  fake [12]$/#), "\(line)")
    let json = try await smoke(server, "--json")
    #expect(json.code == 0)
    #expect(json.json["healthy"] == true)
    let fake = json.json["servers"]?.arrayValue?.first
    #expect(fake?["era"]?.stringValue == server.words[0])
    #expect(fake?["revision"]?.stringValue == server.words[1])
    #expect(fake?["toolCount"] == 13)
    #expect((fake?["openMs"]?.integerValue ?? -1) >= 0)
    #expect((fake?["listMs"]?.integerValue ?? -1) >= 0)
  }

  @Test("all servers are looked at, and one bad one is enough to fail")
  func several() async throws {
    let configured = try BadServer.hopeless[1].configure(place)
    let end = try await place.run(["mcp", "smoke", "--json"] + configured)
    #expect(end.code == 1)
    #expect(end.stdout.count == 1)
    #expect(end.json["healthy"] == false)
    let servers = end.json["servers"]?.arrayValue
    #expect(servers?.map { $0["name"] } == ["fake", "filesystem"])
    #expect(servers?.map { $0["healthy"] } == [false, true])
  }

  @Test("junk on stdout is counted")
  func junk() async throws {
    let server = BadServer(testDescription: "junk", flags: ["--junk"], words: [])
    let end = try await smoke(server, "--json")
    #expect((end.json["servers"]?.arrayValue?.first?["strayLines"]?.integerValue ?? 0) > 0)
  }

  @Test("a tool is called, and its failure is the check's")
  func call() async throws {
    let server = BadServer(testDescription: "good", flags: [], words: [])
    let good = try await smoke(server, "--tool", "echo", "--args-json", #"{"a":1}"#, "--json")
    #expect(good.code == 0)
    let call = good.json["servers"]?.arrayValue?.first?["call"]
    #expect(call?["structuredContent"]?["arguments"] == ["a": 1])
    let bad = try await smoke(server, "--tool", "fail")
    #expect(bad.code == 1)
    #expect(bad.stdout.contains { $0.contains("the disk is on fire") })
    let dying = try await smoke(server, "--tool", "die")
    #expect(dying.code == 1)
    #expect(dying.stdout.contains { $0.contains("dying as told") })
  }
}
