import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@Suite("The runtime's tasks as MCP tasks", .timeLimit(.minutes(1)))
struct OfferedTasksTests {
  private static let declared: JSONValue = ["extensions": ["io.modelcontextprotocol/tasks": [:]]]

  private static func ask(
    _ method: String, _ params: JSONObject, _ fixture: ServerFixture, id: JSONValue = 5
  ) async -> JSONValue {
    await fixture.ask(method, ServerFixture.modern(params, capabilities: declared), id: id)
  }

  private static func submit(_ plan: JSONValue, _ fixture: ServerFixture) async throws -> JSONValue {
    let answer = await ask(
      "tools/call", ["name": "submit_task", "arguments": ["plan": plan, "wait": true]], fixture, id: 4)
    return try #require(answer["result"])
  }

  private static func approval(_ options: [JSONValue] = ["approve", "reject"]) -> JSONValue {
    ["steps": [["id": "ask", "wait": ["approval": ["question": "Go on?", "options": .array(options)]]]]]
  }

  @Test("a submission that would wait is answered with a task, which tells what becomes of it")
  func life() async throws {
    try await ServerFixture.serve { fixture in
      let created = try await Self.submit(ServerFixture.plan(("a", "files.block")), fixture)
      let id = try #require(created["taskId"]?.stringValue)
      #expect(created["resultType"] == "task" && created["status"] == "working" && created["result"] == nil)
      let native = await fixture.ask("get_task", ["taskId": .string(id)], id: 6)["result"]
      #expect(native?["taskId"] == .string(id))

      fixture.send(
        "subscriptions/listen",
        ServerFixture.modern(["notifications": ["taskIds": [.string(id)]]], capabilities: Self.declared), id: "s")
      _ = await fixture.notification("notifications/subscriptions/acknowledged")
      fixture.gate.open()
      _ = await fixture.ask("get_task", ["taskId": .string(id), "wait": true], id: 7)
      let got = await Self.ask("tasks/get", ["taskId": .string(id)], fixture)["result"]
      #expect(got?["resultType"] == "complete" && got?["status"] == "completed")
      let whole = await fixture.ask("get_task", ["taskId": .string(id)], id: 8)["result"]
      #expect(got?["result"]?["structuredContent"] == whole && got?["result"]?["isError"] == nil)
      #expect(await fixture.notification("notifications/tasks")["params"]?["taskId"] == .string(id))
    }
  }

  @Test("without the extension the same call waits, and tasks/get is refused by name")
  func undeclared() async throws {
    try await ServerFixture.serve { fixture in
      let result = await fixture.call(
        "submit_task", ["plan": ServerFixture.plan(("a", "add"), arguments: ["a": 1, "b": 2]), "wait": true])["result"]
      #expect(result?["resultType"] == "complete" && result?["structuredContent"]?["state"] == "completed")
      let refused = await fixture.ask("tasks/get", ServerFixture.modern(["taskId": "x"]), id: 2)["error"]
      #expect(refused?["code"] == -32021)
      let unknown = await Self.ask("tasks/get", ["taskId": "x"], fixture)["error"]
      #expect(unknown?["code"] == -32602)
    }
  }

  @Test("a task that failed is completed with an error for its result; a submission that is wrong is no task")
  func failure() async throws {
    try await ServerFixture.serve { fixture in
      let created = try await Self.submit(ServerFixture.plan(("a", "files.fail")), fixture)
      let id = try #require(created["taskId"])
      _ = await fixture.ask("get_task", ["taskId": id, "wait": true], id: 6)
      let got = await Self.ask("tasks/get", ["taskId": id], fixture)["result"]
      #expect(got?["status"] == "completed" && got?["result"]?["isError"] == true)
      #expect(got?["statusMessage"]?.stringValue?.hasPrefix("failed: ") == true)
      let wrong = try await Self.submit(["steps": []], fixture)
      #expect(wrong["resultType"] == "complete" && wrong["isError"] == true)
    }
  }

  @Test("a question of the task is a request for input, and the answer lets it go on")
  func question() async throws {
    try await ServerFixture.serve { fixture in
      let id = try #require(try await Self.submit(Self.approval(), fixture)["taskId"])
      let approvals = await fixture.approvals(1)
      let key = try #require(approvals.first?["approvalId"]?.stringValue)
      let got = await Self.ask("tasks/get", ["taskId": id], fixture)["result"]
      #expect(got?["status"] == "input_required")
      let asked = got?["inputRequests"]?[key]
      #expect(asked?["method"] == "elicitation/create" && asked?["params"]?["message"] == "Go on? (step ask)")
      let wrong: JSONValue = ["action": "accept", "content": ["decision": "perhaps"]]
      let kept = await Self.ask(
        "tasks/update", ["taskId": id, "inputResponses": [key: wrong, "other": wrong]], fixture)["result"]
      #expect(kept?["resultType"] == "complete")
      #expect(await Self.ask("tasks/get", ["taskId": id], fixture)["result"]?["status"] == "input_required")
      let right: JSONValue = ["action": "accept", "content": ["decision": "approve"]]
      _ = await Self.ask("tasks/update", ["taskId": id, "inputResponses": [key: right]], fixture)
      let whole = await fixture.ask("get_task", ["taskId": id, "wait": true], id: 7)["result"]
      #expect(whole?["state"] == "completed")
    }
  }

  @Test("cancelling one ends it, and is acknowledged again afterwards")
  func cancel() async throws {
    try await ServerFixture.serve { fixture in
      let id = try #require(try await Self.submit(Self.approval(), fixture)["taskId"])
      for _ in 0..<2 {
        #expect(await Self.ask("tasks/cancel", ["taskId": id], fixture)["result"]?["resultType"] == "complete")
      }
      #expect(await Self.ask("tasks/get", ["taskId": id], fixture)["result"]?["status"] == "cancelled")
    }
  }

  @Test("revision 2025-11-25 has them as its experimental tasks")
  func legacy() async throws {
    try await ServerFixture.serve { fixture in
      let capabilities = await fixture.initialize("2025-11-25")["result"]?["capabilities"]
      #expect(capabilities?["tasks"]?["requests"]?["tools"]?["call"] != nil)
      let created = await fixture.ask(
        "tools/call",
        [
          "name": "submit_task", "arguments": ["plan": ServerFixture.plan(("a", "add"), arguments: ["a": 1, "b": 2])],
          "task": ["ttl": 60_000],
        ], id: 2)["result"]
      let id = try #require(created?["task"]?["taskId"])
      let result = await fixture.ask("tasks/result", ["taskId": id], id: 3)["result"]
      #expect(result?["structuredContent"]?["state"] == "completed")
      let list = await fixture.ask("tasks/list", [:], id: 4)["result"]?["tasks"]?.arrayValue
      #expect(list?.map { $0["taskId"] } == [id] && list?.first?["status"] == "completed")
    }
  }
}
