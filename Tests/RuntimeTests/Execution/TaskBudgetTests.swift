import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@Suite("A task that has used up its budget asks for more")
struct TaskBudgetTests {
  private static let plan: JSONValue = [
    "title": "B",
    "steps": [
      ["id": "a", "tool": "fake.note"], ["id": "b", "needs": ["a"], "tool": "fake.note"],
      ["id": "c", "needs": ["b"], "plan": ["title": "C", "steps": [["id": "x", "tool": "fake.note"]]]],
    ],
  ]

  @Test("it goes on with what it is given, its child counts, and the whole is shown")
  func asked() async throws {
    let source = FakeToolSource(["note": { _ in ToolResult(text: "noted") }])
    let snapshot = try await RuntimeFixture(source).live { runtime in
      var submission = TaskSubmission(plan: Self.plan)
      submission.budget = Budget(toolCalls: 1)
      let events = runtime.subscribe(taskID: submission.id)
      _ = try await runtime.submit(submission)
      await events.awaitKind(.taskWaiting)
      let wait = try #require(try await runtime.approvals().waits.first)
      #expect(wait.kind == .budget)
      await #expect(throws: RuntimeError.self) {
        _ = try await runtime.answer(wait.id, decision: "extend", by: "a")
      }
      await #expect(throws: RuntimeError.self) {
        _ = try await runtime.answer(wait.id, decision: "extend", value: ["calls": 1], by: "a")
      }
      _ = try await runtime.answer(wait.id, decision: "extend", value: ["toolCalls": 5], by: "a")
      return try await runtime.wait(for: submission.id, timeout: nil)
    }
    #expect(snapshot?.task.state == .completed)
    #expect(source.called == ["note", "note", "note"])
    #expect(snapshot?.task.budget == Budget(toolCalls: 6).json)
    #expect(snapshot?.task.usage.flatMap { Usage(json: $0) }?.toolCalls == 3)
  }

  @Test("who lets it end is heard, although its retries would go on")
  func ended() async throws {
    let source = FakeToolSource([
      "note": { _ in ToolResult(text: "noted") }, "fail": { _ in ToolResult(text: "broken", isError: true) },
    ])
    let plan: JSONValue = [
      "title": "B", "retry": ["attempts": 3, "backoffMs": 0],
      "steps": [
        ["id": "f", "tool": "fake.fail"], ["id": "a", "tool": "fake.note"],
        ["id": "b", "needs": ["a"], "tool": "fake.note"],
      ],
    ]
    let snapshot = try await RuntimeFixture(source).live { runtime in
      var submission = TaskSubmission(plan: plan)
      submission.budget = Budget(toolCalls: 2)
      let events = runtime.subscribe(taskID: submission.id)
      _ = try await runtime.submit(submission)
      await events.awaitKind(.taskWaiting)
      let wait = try #require(try await runtime.approvals().waits.first)
      _ = try await runtime.answer(wait.id, decision: "fail", by: "a")
      return try await runtime.wait(for: submission.id, timeout: nil)
    }
    #expect(snapshot?.task.state == .failed)
    #expect(snapshot?.task.reason?.kind == ErrorKind.budgetExceeded.name)
    #expect(snapshot?.outline == ["f failed 1", "a completed 1", "b cancelled 0"])
  }
}
