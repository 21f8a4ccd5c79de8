import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@Suite("Questions that travel up to the client", .timeLimit(.minutes(1)))
struct ClientQuestionsTests {
  private static let forms: JSONValue = ["elicitation": ["form": [:]]]
  private static let plan: JSONValue = [
    "steps": [["id": "ask", "wait": ["approval": ["question": "Go on?", "options": ["approve", "reject"]]]]]
  ]

  private static func call(
    _ tool: String, _ arguments: JSONValue, _ fixture: ServerFixture, _ more: JSONObject = [:], id: JSONValue
  ) async -> JSONValue {
    var params: JSONObject = ["name": .string(tool), "arguments": arguments]
    for field in more { params[field.key] = field.value }
    return await fixture.ask("tools/call", ServerFixture.modern(params, capabilities: forms), id: id)
  }

  /// Asks for the name of whoever had it called.
  private static let asking = FakeToolSource(
    name: "polite",
    [
      "greet": { call in
        let form = InputRequest.form(
          "Who are you?", schema: ["type": "object", "properties": ["name": ["type": "string"]]])
        guard let interaction = call.context.interaction, interaction.supports(form) else {
          return ToolResult(text: "nobody to ask", isError: true)
        }
        let answer = try await interaction.answer(form)
        return ToolResult(text: "Hello, \(answer["content"]?["name"]?.stringValue ?? "nobody")!")
      }
    ])

  @Test("who waits for a task is asked what the task asks, and the answer ends the wait")
  func task() async throws {
    try await ServerFixture.serve { fixture in
      let arguments: JSONValue = ["plan": Self.plan, "wait": true]
      let first = await Self.call("submit_task", arguments, fixture, id: 1)["result"]
      #expect(first?["resultType"] == "input_required")
      let key = try #require(first?["inputRequests"]?.objectValue?.map(\.key).first)
      #expect(first?["inputRequests"]?[key]?["params"]?["message"] == "Go on? (step ask)")
      let last = await Self.call(
        "submit_task", arguments, fixture,
        [
          "requestState": first?["requestState"] ?? .null,
          "inputResponses": [key: ["action": "accept", "content": ["decision": "approve"]]],
        ], id: 2)["result"]
      #expect(last?["resultType"] == "complete" && last?["structuredContent"]?["state"] == "completed")
      #expect(await fixture.ask("list_tasks", [:], id: 3)["result"]?["tasks"]?.arrayValue?.count == 1)
    }
  }

  @Test("an answer from elsewhere comes first as well: the client gets the result when it comes back")
  func race() async throws {
    try await ServerFixture.serve { fixture in
      let arguments: JSONValue = ["plan": Self.plan, "wait": true]
      let first = await Self.call("submit_task", arguments, fixture, id: 1)["result"]
      let key = try #require(first?["inputRequests"]?.objectValue?.map(\.key).first)
      let answered = await fixture.ask("answer_approval", ["approvalId": .string(key), "decision": "approve"], id: 2)
      let id = try #require(answered["result"]?["taskId"])
      _ = await fixture.ask("get_task", ["taskId": id, "wait": true], id: 3)
      let last = await Self.call(
        "submit_task", arguments, fixture,
        ["requestState": first?["requestState"] ?? .null, "inputResponses": [key: ["action": "cancel"]]], id: 4)
      #expect(last["result"]?["structuredContent"]?["state"] == "completed")
    }
  }

  @Test("a tool server's question in the middle of a call is the client's input_required")
  func modern() async throws {
    try await ServerFixture.serve(sources: [Self.asking]) { fixture in
      let first = await Self.call("polite_greet", [:], fixture, id: 1)["result"]
      let key = try #require(first?["inputRequests"]?.objectValue?.map(\.key).first)
      #expect(first?["inputRequests"]?[key]?["params"]?["message"] == "Who are you?")
      let last = await Self.call(
        "polite_greet", [:], fixture,
        [
          "requestState": first?["requestState"] ?? .null,
          "inputResponses": [key: ["action": "accept", "content": ["name": "Ada"]]],
        ], id: 2)["result"]
      #expect(last?["content"]?.arrayValue?.first?["text"] == "Hello, Ada!")
      let deaf = await fixture.call("polite_greet", id: 3)["result"]
      #expect(deaf?["content"]?.arrayValue?.first?["text"] == "nobody to ask")
    }
  }

  @Test("an older client is asked with a request of its own")
  func legacy() async throws {
    try await ServerFixture.serve(sources: [Self.asking]) { fixture in
      _ = await fixture.initialize("2025-06-18", ["elicitation": [:]])
      fixture.send("tools/call", ["name": "polite_greet", "arguments": [:]], id: 2)
      let asked = await fixture.notification("elicitation/create")
      #expect(asked["params"]?["message"] == "Who are you?")
      let answer: JSONValue = [
        "jsonrpc": "2.0", "id": asked["id"] ?? .null, "result": ["action": "accept", "content": ["name": "Ada"]],
      ]
      fixture.client.send(answer.jsonText)
      #expect(await fixture.answer(2)["result"]?["content"]?.arrayValue?.first?["text"] == "Hello, Ada!")
    }
  }
}
