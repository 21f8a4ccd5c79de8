import Foundation
import SCRProtocol
import SCRTestSupport
import Testing

@testable import SCRRuntime

@Suite("Events and their schemas")
struct EventSchemaTests {
  @Test func `each kind that is written is described once`() {
    #expect(EventShape.all.map(\.kind.rawValue).sorted() == EventKind.all.map(\.rawValue).sorted())
  }

  @Test func `the file in the repository is the description of the events`() throws {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..")
    let file = package.standardizedFileURL.appendingPathComponent("schemas/events.schema.json")
    let text = EventSchema.json.prettyText
    if ProcessInfo.processInfo.environment["SCR_UPDATE_GENERATED"] == "1" {
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == text)
  }

  @Test func `an event that is not as it is described is told`() throws {
    let event = RuntimeEvent(
      sequence: 7, at: Timestamp(milliseconds: 0), kind: .stepStarted, data: ["attempt": "one", "other": 1])
    #expect(try EventRules.problems([event]).count == 2)
  }

  /// A run with retries, a failure, a question, a child, a revision, a pause and a schedule's worth of events; every life
  /// of the fixture compares its events with their schemas, as in all other tests.
  @Test func `every event of a run with everything in it is as it is described`() async throws {
    let source = FakeToolSource(
      effects: ["note": .readOnly, "fail": .readOnly],
      ["note": { _ in ToolResult(text: "x") }, "fail": { _ in ToolResult(text: "no", isError: true) }])
    let plan: JSONValue = [
      "title": "E",
      "steps": [
        ["id": "note", "tool": "fake.note"],
        [
          "id": "fail", "tool": "fake.fail", "retry": ["attempts": 2, "backoffMs": 0], "onFailure": "continue",
        ],
        ["id": "lost", "tool": "fake.fail"], ["id": "skipped", "needs": ["lost"], "tool": "fake.note"],
        ["id": "child", "plan": ["title": "C", "steps": [["id": "n", "tool": "fake.note"]]]],
        ["id": "ask", "wait": ["approval": ["question": "?"]]],
      ],
    ]
    let fixture = RuntimeFixture(source)
    try await fixture.live { runtime in
      let events = runtime.subscribe()
      let submission = TaskSubmission(plan: plan)
      _ = try await runtime.submit(submission)
      await events.awaitKind(.approvalRequested)
      let wait = try #require(try await runtime.approvals().waits.first)
      _ = try await runtime.answer(wait.id, decision: "approve", by: "ann")
      let ended = try #require(try await runtime.wait(for: submission.id, timeout: nil))
      _ = try await runtime.retry(ended.task.id)
      try await runtime.pauseQueue(.taskClass("other"), until: nil)
      try await runtime.resumeQueue(.taskClass("other"))
      _ = try await runtime.addFinding("x", to: ended.task.id)
      _ = try await runtime.clearQueue(.all, states: [.queued])
    }
    let kinds = Set(try await fixture.store.events(since: 0, taskID: nil, limit: 500).map(\.kind))
    #expect(kinds.count > 18)
  }
}
