import Glibc
import SCRProtocol
import Testing

@Suite("scr serve reads its configuration again", .timeLimit(.minutes(2)))
struct ReloadTests {
  private let place: TestPlace
  init() throws { place = try TestPlace() }

  private func server(_ flags: [String] = [], _ more: JSONObject = [:]) -> JSONValue {
    var server: JSONObject = [
      "command": .string(place.fakeServerPath), "args": .array(flags.map { .string($0) }), "startupTimeoutMs": 20_000,
    ]
    for field in more { server[field.key] = field.value }
    return .object(server)
  }

  private func configure(_ servers: JSONObject, _ more: JSONObject = [:]) throws {
    var settings: JSONObject = ["tools": ["allow": ["*"]], "mcp": ["servers": .object(servers)]]
    for field in more { settings[field.key] = field.value }
    try place.write("scr.test.yaml", JSONValue.object(settings).jsonText)
  }

  private func serve() throws -> ScrProcess {
    try ScrProcess(["serve", "--config", "\(place.path)/scr.test.yaml", "--state", place.state], in: place)
  }

  private func reload(_ scr: ScrProcess, _ told: String) async throws {
    scr.signal(SIGHUP)
    _ = try await scr.note(told)
  }

  /// Calls a tool of the server, which waits for its start.
  private func call(_ scr: ScrProcess, _ id: String, _ tool: String) async throws -> JSONValue {
    scr.send(#"{"jsonrpc":"2.0","id":"\#(id)","method":"execute_tool","params":{"name":"\#(tool)"}}"#)
    return try await scr.answer(to: .string(id))
  }

  private func servers(_ scr: ScrProcess, _ id: String) async throws -> [String: JSONValue] {
    scr.send(#"{"jsonrpc":"2.0","id":"\#(id)","method":"list_servers"}"#)
    let list = try await scr.answer(to: .string(id))["result"]?["servers"]?.arrayValue ?? []
    return Dictionary(list.map { ($0["name"]?.stringValue ?? "", $0) }) { $1 }
  }

  private static let initialize =
    #"{"jsonrpc":"2.0","id":"i","method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"#

  @Test("servers that are new start, those that are gone stop, the others keep their process; the host is told")
  func servers() async throws {
    try configure(["same": server(), "gone": server()])
    let scr = try serve()
    scr.send(Self.initialize)
    _ = try await scr.answer(to: "i")
    scr.send(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
    try await scr.ready("same")
    try await scr.ready("gone")
    let before = try await servers(scr, "before")
    let end = ProcessEnd(of: Int32(before["gone"]?["pid"]?.integerValue ?? 0))
    try configure(["same": server(), "new": server()])
    try await reload(scr, #"the configuration was reloaded servers="started new; stopped gone""#)
    await end.wait()
    try await scr.ready("new")
    let after = try await servers(scr, "after")
    #expect(before["same"]?["pid"]?.integerValue != nil)
    #expect(after["same"]?["pid"] == before["same"]?["pid"])
    #expect(after["gone"] == nil)
    #expect(after["new"]?["state"] == "ready")
    _ = try await scr.frame { $0["method"] == "notifications/tools/list_changed" }
    #expect(try await call(scr, "c", "new.echo")["result"]?["isError"] == false)
    #expect(try await call(scr, "d", "gone.echo")["error"]?["data"]?["kind"] == "not_found")
    #expect(await scr.finish().code == 0)
  }

  @Test("another command gets another process, another list of tools does not")
  func definitions() async throws {
    try configure(["fake": server()])
    let scr = try serve()
    try await scr.ready("fake")
    let first = try await servers(scr, "1")["fake"]
    try configure(["fake": server([], ["allowedTools": ["echo"], "callTimeoutMs": 5000])])
    try await reload(scr, "changed fake")
    let second = try await servers(scr, "2")["fake"]
    #expect(second?["pid"] == first?["pid"])
    #expect(second?["toolCount"] == 1)
    let end = ProcessEnd(of: Int32(first?["pid"]?.integerValue ?? 0))
    try configure(["fake": server(["--extra", "1"])])
    try await reload(scr, "replaced fake")
    await end.wait()
    #expect(try await call(scr, "c", "fake.extra_0")["result"]?["isError"] == false)
    let third = try await servers(scr, "3")["fake"]
    #expect(third?["state"] == "ready")
    #expect(third?["pid"] != first?["pid"])
    #expect(await scr.finish().code == 0)
  }

  @Test("a file that is wrong changes nothing, and is told with its place")
  func wrong() async throws {
    try configure(["fake": server()])
    let scr = try serve()
    try await scr.ready("fake")
    let before = try await servers(scr, "1")["fake"]?["pid"]
    try place.write("scr.test.yaml", "queue:\n  maxSise: 5\n")
    try await reload(scr, "the configuration was not reloaded and stays as it was")
    #expect(try await scr.note("queue.maxSise").contains("scr.test.yaml:2:3"))
    #expect(try await servers(scr, "2")["fake"]?["pid"] == before)
    try configure(["fake": server()], ["queue": ["maxSize": 7]])
    try await reload(scr, "the configuration was reloaded settings=queue.maxSize")
    #expect(try await servers(scr, "3")["fake"]?["pid"] == before)
    #expect(await scr.finish().code == 0)
  }

  private static func submit(_ id: Int) -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"method":"submit_task","params":{"plan":{"title":"T","steps":[{"id":"h","tool":"fake.hang"}]}}}"#
  }

  @Test("limits and policy count at once, and what needs a restart is named")
  func limits() async throws {
    func configure(_ size: Int, tasks: Int, deny: JSONValue, inFlight: Int) throws {
      try self.configure(
        ["fake": server()],
        [
          "queue": ["maxSize": .init(size)], "runtime": ["maxConcurrentTasks": .init(tasks)],
          "server": ["maxInFlight": .init(inFlight)], "tools": ["allow": ["*"], "deny": deny],
        ])
    }
    try configure(1, tasks: 1, deny: [], inFlight: 100)
    let scr = try serve()
    try await scr.ready("fake")
    scr.send(#"{"jsonrpc":"2.0","id":"s","method":"stream","params":{"kinds":["task.started"]}}"#)
    scr.send(Self.submit(1))
    #expect(try await scr.answer(to: 1)["result"]?["taskId"] != nil)
    _ = try await scr.frame { $0["params"]?["kind"] == "task.started" }
    scr.send(Self.submit(2))
    let second = try await scr.answer(to: 2)["result"]?["taskId"]
    scr.send(Self.submit(3))
    #expect(try await scr.answer(to: 3)["error"]?["data"]?["kind"] == "queue_full")

    try configure(5, tasks: 2, deny: ["calculator"], inFlight: 50)
    try await reload(scr, "settings=\"queue.maxSize, runtime.maxConcurrentTasks, tools.deny\"")
    #expect(try await scr.note("server.maxInFlight has changed").contains("takes effect at the next start"))
    // There is room for it now.
    _ = try await scr.frame { $0["params"]?["kind"] == "task.started" && $0["params"]?["taskId"] == second }
    scr.send(Self.submit(4))
    #expect(try await scr.answer(to: 4)["result"]?["taskId"] != nil)
    #expect(try await call(scr, "d", "calculator")["error"]?["data"]?["kind"] == "denied")
    scr.send(#"{"jsonrpc":"2.0","id":"q","method":"status"}"#)
    #expect(try await scr.answer(to: "q")["result"]?["maxConcurrentTasks"] == 2)
    scr.signal(SIGTERM)
    #expect(await scr.end().code == 0)
  }

  @Test("a file of the working directory starts nothing before consent, and everything after it")
  func consent() async throws {
    try place.write("scr.test.yaml", "{}")
    let scr = try serve()
    try await scr.ready("filesystem")
    try place.write(".mcp.json", JSONValue.object(["mcpServers": ["mine": server()]]).jsonText)
    try await reload(scr, "held back mine")
    #expect(try await servers(scr, "1")["mine"]?["state"] == "needs_approval")
    #expect(try await place.run(["mcp", "trust", "--yes", "--state", place.state]).code == 0)
    try await reload(scr, "started mine")
    try await scr.ready("mine")
    #expect(try await servers(scr, "2")["mine"]?["state"] == "ready")
    #expect(await scr.finish().code == 0)
  }
}
