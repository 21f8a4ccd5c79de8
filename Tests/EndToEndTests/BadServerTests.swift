import Glibc
import SCRProtocol
import Testing

/// A tool server that behaves badly, and what is said of it.
struct BadServer: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let flags: [String]
  var command: String?
  var startupTimeoutMs = 20_000
  /// Words of every complaint about it, or of the praise.
  let words: [String]

  static let hopeless = [
    BadServer(
      testDescription: "does not exist", flags: [], command: "/nowhere/no-such-server",
      words: ["could not be started", "/nowhere/no-such-server"]),
    BadServer(
      testDescription: "exits at once", flags: ["--exit", "3"], words: ["fatal: no licence found"]),
    BadServer(
      testDescription: "never answers", flags: ["--mute"], startupTimeoutMs: 300, words: ["fake was not ready within"]),
  ]

  /// Odd ones that nevertheless work.
  static let healthy = [
    BadServer(testDescription: "floods stderr", flags: ["--flood"], words: ["modern", "2026-07-28"]),
    BadServer(testDescription: "prints junk", flags: ["--junk"], words: ["modern", "2026-07-28"]),
    BadServer(
      testDescription: "is silent to the probe", flags: ["--silent-probe"], startupTimeoutMs: 8000,
      words: ["legacy", "2025-06-18"]),
    BadServer(testDescription: "is legacy", flags: ["--legacy"], words: ["legacy", "2025-06-18"]),
    BadServer(
      testDescription: "is legacy in the oldest revision", flags: ["--legacy", "--revision", "2024-11-05"],
      words: ["legacy", "2024-11-05"]),
  ]

  /// - Returns: arguments that make a command use it.
  func configure(_ place: TestPlace) throws -> [String] {
    try place.fakeServer(flags, command: command, startupTimeoutMs: startupTimeoutMs)
  }
}

@Suite("Bad tool servers behind scr serve", .timeLimit(.minutes(2)))
struct BadServerTests {
  private let place: TestPlace
  init() throws { place = try TestPlace() }

  private static let sum =
    #"{"title":"Sum","steps":[{"id":"sum","tool":"calculator","arguments":{"expression":"1+2"}}],"#
    + #""result":"${steps.sum.structuredContent.result}"}"#

  @Test("a hopeless one is told of, while another task and the connection go on", arguments: BadServer.hopeless)
  func hopeless(_ server: BadServer) async throws {
    let scr = try ScrProcess(["serve"] + server.configure(place), in: place)
    scr.send(#"{"jsonrpc":"2.0","id":1,"method":"submit_task","params":{"plan":\#(Self.sum),"wait":true}}"#)
    scr.send(#"{"jsonrpc":"2.0","id":2,"method":"execute_tool","params":{"name":"fake.echo"}}"#)
    #expect(try await scr.answer(to: 1)["result"]?["result"] == 3)
    let refused = try await scr.answer(to: 2)["error"]
    #expect(refused?["data"]?["kind"] == "server_unavailable")
    for word in server.words { #expect(refused?["message"]?.stringValue?.contains(word) == true) }
    scr.send(
      #"{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"fake_echo","arguments":{},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"#
    )
    let told = try await scr.answer(to: 4)["result"]
    #expect(told?["isError"] == true)
    for word in server.words { #expect(told?.jsonText.contains(word) == true) }
    scr.send(#"{"jsonrpc":"2.0","id":3,"method":"ping"}"#)
    #expect(try await scr.answer(to: 3)["result"] == [:])
    #expect(await scr.finish().code == 0)
  }

  @Test("an odd one works", arguments: BadServer.healthy)
  func healthy(_ server: BadServer) async throws {
    let scr = try ScrProcess(["serve"] + server.configure(place), in: place)
    try await scr.ready("fake")
    scr.send(#"{"jsonrpc":"2.0","id":1,"method":"execute_tool","params":{"name":"fake.echo","arguments":{"a":1}}}"#)
    #expect(try await scr.answer(to: 1)["result"]?["structuredContent"]?["arguments"] == ["a": 1])
    scr.send(#"{"jsonrpc":"2.0","id":2,"method":"list_servers"}"#)
    let servers = try await scr.answer(to: 2)["result"]?["servers"]?.arrayValue
    let fake = servers?.first { $0["name"] == "fake" }
    #expect(fake?["state"] == "ready")
    #expect(fake?["protocolRevision"]?.stringValue == server.words.last)
    #expect(await scr.finish().code == 0)
  }

  @Test("one that dies in the middle of a call is told of with its last words, and comes back")
  func dying() async throws {
    let scr = try ScrProcess(["serve"] + place.fakeServer(), in: place)
    try await scr.ready("fake")
    scr.send(#"{"jsonrpc":"2.0","id":1,"method":"execute_tool","params":{"name":"fake.die"}}"#)
    scr.send(#"{"jsonrpc":"2.0","id":2,"method":"submit_task","params":{"plan":\#(Self.sum),"wait":true}}"#)
    let refused = try await scr.answer(to: 1)["error"]
    #expect(refused?["data"]?["kind"] == "server_unavailable")
    #expect(refused?["data"]?["retryable"] == true)
    #expect(refused?["message"]?.stringValue?.contains("dying as told") == true)
    #expect(try await scr.answer(to: 2)["result"]?["result"] == 3)
    scr.send(#"{"jsonrpc":"2.0","id":3,"method":"execute_tool","params":{"name":"fake.echo"}}"#)
    #expect(try await scr.answer(to: 3)["result"]?["isError"] == false)
    #expect(await scr.finish().code == 0)
  }

  @Test("a step whose server dies fails the task with the server's last words")
  func dyingInTask() async throws {
    let scr = try ScrProcess(["serve"] + place.fakeServer(), in: place)
    try await scr.ready("fake")
    scr.send(
      #"{"jsonrpc":"2.0","id":1,"method":"submit_task","params":{"wait":true,"plan":{"title":"D","steps":[{"id":"d","tool":"fake.die"}]}}}"#
    )
    let task = try await scr.answer(to: 1)["result"]
    #expect(task?["state"] == "failed")
    #expect(task?["reason"]?["message"]?.stringValue?.contains("dying as told") == true)
    #expect(await scr.finish().code == 0)
  }

  @Test("scr run says why a plan that needs a hopeless one cannot run: exit 1", arguments: BadServer.hopeless)
  func run(_ server: BadServer) async throws {
    let plan = #"{"title":"P","steps":[{"id":"a","tool":"fake.echo"}]}"#
    let end = try await place.run(["run", "--plan", "-"] + server.configure(place), input: plan)
    #expect(end.code == 1)
    #expect(end.stdout == [])
    for word in server.words { #expect(end.stderr.contains(word)) }
  }
}
