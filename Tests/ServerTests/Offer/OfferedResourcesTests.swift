import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@Suite("The runtime's resources", .timeLimit(.minutes(1)))
struct OfferedResourcesTests {
  private static func read(_ uri: String, _ fixture: ServerFixture, id: JSONValue = 90) async -> JSONValue {
    await fixture.ask("resources/read", ServerFixture.modern(["uri": .string(uri)]), id: id)
  }

  private static func content(_ uri: String, _ fixture: ServerFixture) async throws -> (type: String?, text: String) {
    let contents = try #require(await read(uri, fixture)["result"]?["contents"]?.arrayValue)
    let first = try #require(contents.first)
    #expect(contents.count == 1 && first["uri"]?.stringValue == uri)
    return (first["mimeType"]?.stringValue, first["text"]?.stringValue ?? "")
  }

  private static func submit(_ fixture: ServerFixture, _ plan: JSONValue, wait: Bool = true) async throws -> String {
    let answer = await fixture.ask("submit_task", ["plan": plan, "wait": .bool(wait)], id: 80)
    return try #require(answer["result"]?["taskId"]?.stringValue)
  }

  @Test("a task, its result, its events and what its steps gave are listed and can be read")
  func task() async throws {
    try await ServerFixture.serve { fixture in
      var plan = ServerFixture.plan(("look", "files.read"), arguments: ["path": "a.txt"]).objectValue ?? [:]
      plan["result"] = "${steps.look.text}"
      let id = try await Self.submit(fixture, .object(plan))
      let list = await fixture.ask("resources/list", ServerFixture.modern([:]), id: 2)["result"]
      let uris = list?["resources"]?.arrayValue?.compactMap { $0["uri"]?.stringValue }
      #expect(uris == ["scr://events", "scr://status", "scr://task/\(id)", "scr://task/\(id)/result"])

      let task = try await Self.content("scr://task/\(id)", fixture)
      let told = await fixture.ask("get_task", ["taskId": .string(id)], id: 3)["result"]
      #expect(task.type == "application/json" && JSONValue(json: task.text) == told)
      #expect(try await Self.content("scr://task/\(id)/result", fixture) == ("text/plain", "content of a.txt"))
      let artifact = JSONValue(json: try await Self.content("scr://task/\(id)/artifact/look", fixture).text)
      #expect(artifact["text"] == "content of a.txt")
      let events = JSONValue(json: try await Self.content("scr://task/\(id)/events", fixture).text)
      let kinds = events["events"]?.arrayValue?.compactMap { $0["kind"]?.stringValue } ?? []
      #expect(kinds.first == "task.submitted" && kinds.last == "task.completed")
      let next = try #require(events["nextSequence"]?.integerValue)
      let later = JSONValue(json: try await Self.content("scr://events/\(next)", fixture).text)
      #expect(later["events"]?.arrayValue?.allSatisfy { ($0["sequence"]?.integerValue ?? 0) > next } == true)
      #expect(JSONValue(json: try await Self.content("scr://task/\(id)/findings", fixture).text) == ["findings": []])
      #expect(JSONValue(json: try await Self.content("scr://status", fixture).text)["tasks"]?["completed"] == 1)
    }
  }

  @Test("pages follow one another through tasks and memory without a gap, while tasks are added")
  func pages() async throws {
    try await ServerFixture.serve(isRunning: false) { fixture in
      let kept = await fixture.ask("put_memory", ["text": "the sky is blue"], id: 70)["result"]?["id"]?.stringValue
      var ids: Set<String> = []
      for _ in 0..<3 {
        ids.insert(
          try await Self.submit(fixture, ServerFixture.plan(("a", "add"), arguments: ["a": 1, "b": 2]), wait: false))
      }
      let uris = try await fixture.resourceURIs {
        _ = try await Self.submit(
          fixture, ServerFixture.plan(("a", "add"), arguments: ["a": 1, "b": 2]), wait: false)
      }
      #expect(Set(uris).count == uris.count && ids.isSubset(of: Set(uris.map { String($0.dropFirst(11)) })))
      #expect(uris.last == "scr://memory/\(kept ?? "")")
      let record = JSONValue(json: try await Self.content("scr://memory/\(kept ?? "")", fixture).text)
      #expect(record["text"] == "the sky is blue")
      let bad = await fixture.ask("resources/list", ServerFixture.modern(["cursor": "nonsense"]), id: 3)
      #expect(bad["error"]?["code"] == -32602)
    }
  }

  @Test(
    "what is not there is refused with its name",
    arguments: [
      "scr://task/none", "scr://task/none/result", "scr://memory/none", "scr://nothing", "file:///etc/passwd",
    ])
  func missing(uri: String) async throws {
    try await ServerFixture.serve(isRunning: false) { fixture in
      let answer = await Self.read(uri, fixture)
      #expect(answer["error"]?["code"] == -32602 && answer["error"]?["data"]?["uri"] == .string(uri))
    }
  }

  @Test("who listens is told that a task has changed, and of new tasks")
  func updates() async throws {
    try await ServerFixture.serve { fixture in
      let id = try await Self.submit(fixture, ServerFixture.plan(("a", "files.block")), wait: false)
      let uri = "scr://task/\(id)"
      fixture.send(
        "subscriptions/listen",
        ServerFixture.modern([
          "notifications": ["resourcesListChanged": true, "resourceSubscriptions": [.string(uri), "scr://nothing"]]
        ]), id: "s1")
      let meta: JSONValue = ["io.modelcontextprotocol/subscriptionId": "s1"]
      let acknowledged = await fixture.notification("notifications/subscriptions/acknowledged")
      #expect(
        acknowledged["params"] == [
          "_meta": meta,
          "notifications": ["resourcesListChanged": true, "resourceSubscriptions": [.string(uri)]],
        ])
      fixture.gate.open()
      let updated = await fixture.notification("notifications/resources/updated")
      #expect(updated["params"]?["uri"] == .string(uri) && updated["params"]?["_meta"] == meta)
      let changed = await fixture.notification("notifications/resources/list_changed")
      #expect(changed["params"] == ["_meta": meta])
    }
  }

  @Test("templates tell what can be read, and their arguments are completed")
  func templates() async throws {
    try await ServerFixture.serve(isRunning: false) { fixture in
      let id = try await Self.submit(
        fixture, ServerFixture.plan(("a", "add"), arguments: ["a": 1, "b": 2]), wait: false)
      let list = await fixture.ask("resources/templates/list", ServerFixture.modern([:]), id: 2)["result"]
      let templates = list?["resourceTemplates"]?.arrayValue?.compactMap { $0["uriTemplate"]?.stringValue } ?? []
      #expect(templates.contains("scr://task/{taskId}/result") && templates == templates.sorted())
      let completed = await fixture.ask(
        "completion/complete",
        ServerFixture.modern([
          "ref": ["type": "ref/resource", "uri": "scr://task/{taskId}"],
          "argument": ["name": "taskId", "value": .string(String(id.prefix(8)))],
        ]), id: 3)["result"]
      #expect(completed?["completion"]?["values"] == [.string(id)])
    }
  }

  @Test("a host that is shown some tools only sees neither resources nor prompts")
  func exposed() async throws {
    try await ServerFixture.serve(expose: ["status"], isRunning: false) { fixture in
      let discovered = await fixture.ask("server/discover", ServerFixture.modern([:]))["result"]
      #expect(discovered?["capabilities"]?.objectValue?.keys.sorted() == ["tools"])
      #expect(await Self.read("scr://status", fixture)["error"]?["code"] == -32601)
    }
  }
}
