import SCRProtocol
import Testing

@Suite("Commands as a stranger finds them", .timeLimit(.minutes(2)))
struct CommandTests {
  private let place: TestPlace
  init() throws { place = try TestPlace() }

  @Test("scr demo makes its report")
  func demo() async throws {
    try place.write("folder/note.md", "# A note\n")
    let end = try await place.run(["demo"])
    #expect(end.code == 0)
    #expect(end.stdout.first == "# Report on a folder")
    #expect(end.stdout.contains("Markdown files in it: 1"))
    #expect(end.stderr.contains(" completed in "))
  }

  @Test("scr demo --crash-test shows what it promises")
  func crashTest() async throws {
    let end = try await place.run(["demo", "--crash-test"])
    #expect(end.code == 0)
    #expect(end.stderr.contains("killed it with SIGKILL"))
    for claim in [
      "✓ no child outlived the killed runtime: 0 of ",
      "✓ the task completed after the second start: completed (first completed, second completed, hold completed, last completed)",
      "✓ finished steps were not run again: effects first, second, last",
      "✓ no child outlived the runtime that ended in order: 0 of ",
    ] { #expect(end.stdout.contains { $0.hasPrefix(claim) }, "\(claim) is not in \(end.stdout)") }
    #expect(end.stdout.count == 4)
  }

  @Test("scr version names itself and the revisions it speaks")
  func version() async throws {
    let json = try await place.run(["version", "--json"])
    #expect(json.code == 0)
    #expect(json.stdout.count == 1)
    #expect(json.json["mcpRevisions"]?.arrayValue?.contains("2026-07-28") == true)
    let text = try await place.run(["version"])
    #expect(text.stdout.first == "scr \(json.json["version"]?.stringValue ?? "")")
  }

  @Test("config show names values and origins, config check says that all is good")
  func goodConfiguration() async throws {
    try place.write("good.yaml", "queue: { maxSize: 5 }\n")
    let show = try await place.run(
      ["config", "show", "--config", "good.yaml", "--json"], environment: ["SCR_RUNTIME_LEASE_MS": "40000"])
    let settings = show.json["settings"]?.arrayValue ?? []
    func setting(_ name: String) -> JSONValue? { settings.first { $0["path"]?.stringValue == name } }
    #expect(show.code == 0)
    #expect(setting("queue.maxSize")?["value"] == 5)
    #expect(setting("queue.maxSize")?["origin"]?.stringValue?.contains("good.yaml:1:19") == true)
    #expect(setting("runtime.leaseMs")?["value"] == 40000)
    let check = try await place.run(["config", "check", "--config", "good.yaml"])
    #expect(check == ScrProcess.End(code: 0, stdout: ["the configuration is good"], stderr: ""))
  }

  @Test("a bad file is told with every place and a suggestion: exit 2")
  func badConfiguration() async throws {
    try place.write("bad.yaml", "queue:\n  maxSise: 10\nruntime: { leaseMs: soon }\n")
    let check = try await place.run(["config", "check", "--config", "bad.yaml"])
    #expect(check.code == 2)
    #expect(check.stdout == [])
    #expect(check.stderr.contains(#"bad.yaml:2:3: queue.maxSise: unknown setting; did you mean "maxSize"?"#))
    #expect(check.stderr.contains("bad.yaml:3:21: runtime.leaseMs: "))
    let json = try await place.run(["config", "check", "--config", "bad.yaml", "--json"])
    #expect(json.code == 2)
    #expect(json.json["error"]?["kind"] == "configuration")
    #expect(try await place.run(["run", "--plan", "x.yaml", "--config", "missing.yaml"]).code == 2)
  }

  @Test("a command line that is wrong is exit 2, with nothing on stdout")
  func usage() async throws {
    for arguments in [["no-such-command"], ["run"], ["serve", "--no-such-flag"], ["tasks", "list", "--limit", "0"]] {
      let end = try await place.run(arguments)
      #expect(end.code == 2, "\(arguments)")
      #expect(end.stdout == [])
      #expect(!end.stderr.isEmpty)
    }
  }

  @Test("--state :memory: is labelled as not durable everywhere")
  func ephemeral() async throws {
    try place.write("plan.yaml", Plans.sums)
    let run = try await place.run(["run", "--plan", "plan.yaml", "--state", ":memory:"])
    #expect(run.stdout == ["6"])
    #expect(run.stderr.contains("not durable"))
    let serve = try await place.run(
      ["serve", "--state", ":memory:"],
      input: """
        {"jsonrpc":"2.0","id":1,"method":"status"}
        {"jsonrpc":"2.0","id":2,"method":"health"}
        """)
    #expect(serve.stderr.contains("not durable"))
    for answer in serve.jsonLines { #expect(answer["result"]?["store"] == ["durability": "not durable"]) }
    let detached = try await place.run(["run", "--plan", "plan.yaml", "--detach", "--state", ":memory:"])
    #expect(detached.code == 2)
    #expect(try await place.run(["tasks", "list", "--state", ":memory:"]).code == 2)
    let durable = try await place.run(
      ["serve", "--state", place.state], input: #"{"jsonrpc":"2.0","id":1,"method":"status"}"#)
    #expect(durable.json["result"]?["store"]?["durability"] == "durable")
  }

  @Test("--expose limits what a host sees and can call, not what tasks can use")
  func expose() async throws {
    let meta =
      #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#
    let scr = try ScrProcess(["serve", "--expose", "submit_task,ti*", "--state", place.state], in: place)
    scr.send(#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{\#(meta)}}"#)
    let tools = try await scr.answer(to: 1)["result"]?["tools"]?.arrayValue
    #expect(tools?.map { $0["name"] } == ["submit_task", "time"])
    scr.send(
      #"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"calculator","arguments":{"expression":"1"},\#(meta)}}"#
    )
    #expect(try await scr.answer(to: 2)["error"]?["code"] == -32602)
    scr.send(
      #"{"jsonrpc":"2.0","id":3,"method":"submit_task","params":{"wait":true,"plan":{"title":"S","steps":[{"id":"s","tool":"calculator","arguments":{"expression":"1"}}]}}}"#
    )
    #expect(try await scr.answer(to: 3)["result"]?["state"] == "completed")
    #expect(await scr.finish().code == 0)
  }
}
