import EverythingServer
import SCRProtocol
import SCRTestSupport
import Testing

@Suite("Tasks", .timeLimit(.minutes(1)))
struct TaskTests {
  private static func client(
    _ revision: ProtocolRevision, gate: Gate = Gate(), _ capabilities: JSONObject = EverythingClient.tasks,
    answers: @escaping EverythingClient.Answers = { _ in nil }
  ) async throws -> EverythingClient {
    let client = EverythingClient(revision, capabilities, pause: { try await gate.pass() }, answers: answers)
    if !revision.isModern { try await client.open() }
    return client
  }

  private static func id(_ value: JSONValue) throws -> JSONValue { try #require(value["taskId"]) }

  // MARK: The extension

  @Test(
    "a call of a client with the extension becomes a task, which is found at once, told of, and ends with its result")
  func extensionLife() async throws {
    let gate = Gate()
    let client = try await Self.client(.july2026, gate: gate)
    let created = try await client.call("slow_compute", ["seconds": 1])
    #expect(created["resultType"] == "task")
    #expect(created["status"] == "working")
    let id = try Self.id(created)
    let working = try await client.result("tasks/get", ["taskId": id])
    #expect(working["resultType"] == "complete")
    #expect(working["status"] == "working")
    client.send("subscriptions/listen", ["notifications": ["taskIds": [id]]], id: .string("s"))
    #expect(try await client.next()["params"]?["notifications"] == ["taskIds": [id]])
    gate.open()
    let told = try await client.next()
    #expect(told["method"] == "notifications/tasks")
    #expect(told["params"]?["_meta"] == ["io.modelcontextprotocol/subscriptionId": "s"])
    #expect(told["params"]?["status"] == "completed")
    let done = try await client.result("tasks/get", ["taskId": id])
    #expect(done["result"] == ["content": [["type": "text", "text": "The computation is done."]], "isError": false])
    // A finished task is still acknowledged.
    #expect(try await client.result("tasks/cancel", ["taskId": id])["resultType"] == "complete")
    #expect(try await client.result("tasks/get", ["taskId": id])["status"] == "completed")
  }

  @Test("a failing tool completes with its error, a broken one fails, and a tool that is quick answers at once")
  func outcomes() async throws {
    let client = try await Self.client(.july2026)
    func ended(_ tool: String) async throws -> JSONValue {
      let id = try Self.id(try await client.call(tool))
      client.send("subscriptions/listen", ["notifications": ["taskIds": [id]]], id: .string("s-\(tool)"))
      _ = try await client.next()
      while true {
        let task = try await client.result("tasks/get", ["taskId": id])
        if task["status"] != "working" { return task }
        _ = try await client.next()
      }
    }
    let failing = try await ended("failing_job")
    #expect(failing["status"] == "completed")
    #expect(failing["result"]?["isError"] == true)
    let broken = try await ended("protocol_error_job")
    #expect(broken["status"] == "failed")
    #expect(broken["error"]?["code"] == -32603)
    #expect(try await client.call("greet", ["name": "Ann"]).firstText == "Hello, Ann!")
  }

  @Test("a task asks, takes some answers, then the others, and passes over what it did not ask")
  func input() async throws {
    let client = try await Self.client(.july2026)
    let id = try Self.id(try await client.call("multi_input"))
    client.send("subscriptions/listen", ["notifications": ["taskIds": [id]]], id: .string("s"))
    _ = try await client.next()
    var task = try await client.result("tasks/get", ["taskId": id])
    if task["status"] != "input_required" { task = try #require(try await client.next()["params"]) }
    #expect(task["inputRequests"]?.objectValue?.keys.sorted() == ["age", "name"])
    func update(_ responses: JSONValue) async throws {
      let answer = try await client.result("tasks/update", ["taskId": id, "inputResponses": responses])
      #expect(answer["resultType"] == "complete")
    }
    try await update(["name": .accept(["name": "Ann"]), "other": .accept([:])])
    let half = try await client.result("tasks/get", ["taskId": id])
    #expect(half["inputRequests"]?.objectValue?.keys.sorted() == ["age"])
    try await update(["age": .accept(["age": 30])])
    var done = try await client.result("tasks/get", ["taskId": id])
    while done["status"] != "completed" { done = try #require(try await client.next()["params"]) }
    #expect(done["result"]?.firstText == "Ann is 30 years old.")
  }

  @Test("without the extension calls are answered plainly, and tasks are not to be had")
  func withoutExtension() async throws {
    let gate = Gate()
    gate.open()
    let client = try await Self.client(.july2026, gate: gate, [:])
    #expect(try await client.call("slow_compute").firstText == "The computation is done.")
    for method in ["tasks/get", "tasks/update", "tasks/cancel"] {
      let error = try await client.error(method, ["taskId": "T", "inputResponses": [:]])
      #expect(error["code"] == -32021)
      #expect(error["data"]?["requiredCapabilities"] == ["extensions": ["io.modelcontextprotocol/tasks": [:]]])
    }
    #expect(
      try await client.call("slow_compute", more: ["task": ["ttl": 5]]).firstText == "The computation is done.")
  }

  @Test("unknown tasks are -32602", arguments: ["tasks/get", "tasks/update", "tasks/cancel"])
  func unknown(method: String) async throws {
    let client = try await Self.client(.july2026)
    let error = try await client.error(method, ["taskId": "nope", "inputResponses": [:]])
    #expect(error["code"] == -32602)
    #expect(try await client.error(method)["code"] == -32602)
  }

  // MARK: 2025-11-25

  @Test("a call with task becomes one, whose result waits for its end, and whose changes are told")
  func legacyLife() async throws {
    let gate = Gate()
    let client = try await Self.client(.november2025, gate: gate, [:])
    let created = try await client.call("slow_compute", more: ["task": ["ttl": 60_000]])
    let task = try #require(created["task"])
    #expect(task["status"] == "working")
    #expect(task["ttl"] == 60_000)
    #expect(created.objectValue?.keys.sorted() == ["task"])
    let id = try Self.id(task)
    #expect(try await client.result("tasks/get", ["taskId": id])["status"] == "working")
    #expect(try await client.result("tasks/list")["tasks"]?.arrayValue?.map { $0["taskId"] } == [id])
    let waiting = client.send("tasks/result", ["taskId": id])
    gate.open()
    let result = try await client.answer(to: waiting)
    #expect(
      result["result"] == [
        "content": [["type": "text", "text": "The computation is done."]], "isError": false,
        "_meta": ["io.modelcontextprotocol/related-task": ["taskId": id]],
      ])
    var told = client.passed()
    if told.isEmpty { told = [try await client.next()] }
    #expect(told.map { $0["method"] } == ["notifications/tasks/status"])
    #expect(told.first?["params"]?["status"] == "completed")
    #expect(try await client.error("tasks/cancel", ["taskId": id])["code"] == -32602)
  }

  @Test("a task that asks asks the client while the client waits for its result")
  func legacyInput() async throws {
    let client = try await Self.client(.november2025, ["elicitation": [:]]) { request in
      #expect(request.params["_meta"]?["io.modelcontextprotocol/related-task"] != nil)
      return .accept(["confirm": true])
    }
    let created = try await client.call("confirm_delete", ["filename": "a.txt"], more: ["task": [:]])
    let id = try Self.id(try #require(created["task"]))
    #expect(try await client.result("tasks/result", ["taskId": id]).firstText == "Deleted a.txt.")
  }

  @Test("a cancelled task is cancelled when that is answered; who waits for its result is told")
  func legacyCancel() async throws {
    let client = try await Self.client(.november2025, [:])
    let created = try await client.call("slow_compute", more: ["task": [:]])
    let id = try Self.id(try #require(created["task"]))
    #expect(try await client.result("tasks/cancel", ["taskId": id])["status"] == "cancelled")
    #expect(try await client.error("tasks/result", ["taskId": id])["code"] == 1009)
    #expect(try await client.error("tasks/get", ["taskId": "nope"])["code"] == -32602)
    #expect(try await client.error("tasks/result", ["taskId": "nope"])["code"] == -32602)
  }

  @Test("tools say whether they run as tasks, and those that do not refuse to")
  func support() async throws {
    let client = try await Self.client(.november2025, [:])
    let tools = try await client.result("tools/list")["tools"]?.arrayValue
    #expect(tools?.first { $0["name"] == "slow_compute" }?["execution"] == ["taskSupport": "optional"])
    #expect(tools?.first { $0["name"] == "test_simple_text" }?["execution"] == nil)
    let error = try await client.error("tools/call", ["name": "test_simple_text", "task": [:]])
    #expect(error["code"] == -32601)
    #expect(try await client.error("tools/call", ["name": "slow_compute", "task": 1])["code"] == -32602)
  }

  @Test(
    "revisions before and after have no such methods", arguments: [ProtocolRevision.march2025, .june2025, .july2026])
  func otherRevisions(revision: ProtocolRevision) async throws {
    let client = try await Self.client(revision, [:])
    for method in ["tasks/list", "tasks/result"] { #expect(try await client.error(method)["code"] == -32601) }
  }
}
