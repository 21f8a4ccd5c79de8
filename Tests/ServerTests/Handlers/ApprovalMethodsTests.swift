import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@Suite("Approvals over the wire")
struct ApprovalMethodsTests {
  private static func plan(_ wait: JSONValue) -> JSONValue {
    [
      "title": "W",
      "steps": [
        ["id": "w", "wait": wait],
        ["id": "read", "tool": "files.read", "arguments": ["path": "${steps.w.text}"]],
      ], "result": "${steps.read.text}",
    ]
  }

  /// Submits a plan and returns once it rests.
  private static func rest(_ fixture: ServerFixture, _ wait: JSONValue) async throws -> String {
    let events = fixture.runtime.subscribe()
    let answer = await fixture.ask("submit_task", ["plan": plan(wait)])
    let id = try #require(answer["result"]?["taskId"]?.stringValue)
    while let delivery = await events.next() {
      if case .events(let events) = delivery, events.contains(where: { $0.kind == .taskWaiting }) { break }
    }
    return id
  }

  @Test("a question is listed, shown with its task, answered once, and the task goes on")
  func answered() async throws {
    try await ServerFixture.serve { fixture in
      let task = try await Self.rest(fixture, ["approval": ["question": "ok?", "options": ["yes", "no"]]])
      let list = await fixture.ask("list_approvals")["result"]?["approvals"]?.arrayValue ?? []
      let id = try #require(list.first?["approvalId"])
      #expect(list.map { $0["question"] } == ["ok?"])
      #expect(list.first?["taskId"] == .string(task))
      let shown = await fixture.ask("get_task", ["taskId": .string(task)])["result"]
      #expect(shown?["steps"]?.arrayValue?.first?["wait"]?["approvalId"] == id)
      let wrong = await fixture.ask("answer_approval", ["approvalId": id, "decision": "maybe"])
      #expect(wrong["error"]?["data"]?["kind"] == "invalid_input")
      #expect(wrong["error"]?["data"]?["path"] == "params.decision")
      let answer = await fixture.ask("answer_approval", ["approvalId": id, "decision": "yes", "by": "ann"])
      #expect(answer["result"]?["answer"]?["decision"] == "yes")
      let late = await fixture.ask("answer_approval", ["approvalId": id, "decision": "no"])
      #expect(late["error"]?["data"]?["kind"] == "conflict")
      let ended = await fixture.ask("get_task", ["taskId": .string(task), "wait": true])["result"]
      #expect(ended?["result"] == "content of yes")
      #expect(ended?["steps"]?.arrayValue?.first?["wait"] == nil)
      let closed = await fixture.ask("list_approvals", ["taskId": .string(task), "open": false])
      #expect(closed["result"]?["approvals"]?.arrayValue?.map { $0["answer"]?["by"] } == ["ann"])
    }
  }

  @Test("an event is sent to the step that waits for it, and one for nobody is refused")
  func event() async throws {
    try await ServerFixture.serve { fixture in
      let task = try await Self.rest(fixture, ["event": ["name": "paid", "key": "7"]])
      let nobody = await fixture.ask("send_event", ["name": "paid", "key": "8"])
      #expect(nobody["error"]?["data"]?["kind"] == "not_found")
      let sent = await fixture.ask("send_event", ["name": "paid", "key": "7", "payload": "x"])
      #expect(sent["result"]?["delivered"]?.arrayValue?.count == 1)
      #expect(sent["result"]?["kept"] == false)
      let ended = await fixture.ask("get_task", ["taskId": .string(task), "wait": true])["result"]
      #expect(ended?["result"] == "content of x")
    }
  }

  @Test("the MCP tools say the same")
  func tools() async throws {
    try await ServerFixture.serve { fixture in
      let task = try await Self.rest(fixture, ["approval": ["question": "ok?"]])
      let list = await fixture.call("list_approvals")["result"]?["structuredContent"]?["approvals"]?.arrayValue
      let id = try #require(list?.first?["approvalId"])
      let answer = await fixture.call("answer_approval", ["approvalId": id, "decision": "approve"])
      #expect(answer["result"]?["structuredContent"]?["answer"]?["by"] == "client")
      let ended = await fixture.ask("get_task", ["taskId": .string(task), "wait": true])["result"]
      #expect(ended?["state"] == "completed")
    }
  }

  @Test("a child task names its parent, and the step of the parent names the child")
  func family() async throws {
    try await ServerFixture.serve { fixture in
      let plan: JSONValue = [
        "title": "P",
        "steps": [["id": "c", "plan": ["title": "C", "steps": [["id": "s", "tool": "files.read"]]]]],
      ]
      let parent = await fixture.ask("submit_task", ["plan": plan, "wait": true])["result"]
      let child = try #require(parent?["steps"]?.arrayValue?.first?["childTaskId"])
      let shown = await fixture.ask("get_task", ["taskId": child])["result"]
      #expect(shown?["parent"] == ["taskId": parent?["taskId"] ?? .null, "stepId": "c"])
      #expect(shown?["title"] == "C")
    }
  }

  @Test("another plan is taken for a task that waits, and what completed stays")
  func revised() async throws {
    try await ServerFixture.serve { fixture in
      let events = fixture.runtime.subscribe()
      let read: JSONValue = ["id": "read", "tool": "files.read", "arguments": ["path": "a"]]
      let plan: JSONValue = [
        "title": "P", "steps": [read, ["id": "w", "needs": ["read"], "wait": ["event": ["name": "never"]]]],
      ]
      let answer = await fixture.ask("submit_task", ["plan": plan])
      let task = try #require(answer["result"]?["taskId"])
      while let delivery = await events.next() {
        if case .events(let events) = delivery, events.contains(where: { $0.kind == .taskWaiting }) { break }
      }
      let changed: JSONValue = ["title": "P", "steps": [["id": "read", "tool": "files.count"]]]
      let refused = await fixture.ask("revise_plan", ["taskId": task, "plan": changed])
      #expect(refused["error"]?["data"]?["kind"] == "conflict")
      let better: JSONValue = [
        "title": "P", "steps": [read, ["id": "count", "tool": "files.count"]],
        "result": "${steps.read.text}, ${steps.count.text}",
      ]
      #expect(await fixture.ask("revise_plan", ["taskId": task, "plan": better])["result"]?["plan"] == better)
      let ended = await fixture.ask("get_task", ["taskId": task, "wait": true])["result"]
      #expect(ended?["result"] == "content of a, 2")
      #expect(fixture.source.called == ["read", "count"])
      let again = await fixture.ask("revise_plan", ["taskId": task, "plan": better])
      #expect(again["error"]?["data"]?["kind"] == "conflict")
    }
  }
}
