import SCRProtocol
import SCRTestSupport
import Testing

@testable import SCRRuntime

@Suite("What an explanation and health are made from", .timeLimit(.minutes(1))) struct FactsReaderTests {
  private static let plan: JSONValue = ["title": "P", "steps": [["id": "s", "tool": "fake.do"]]]
  private static let source = FakeToolSource(["do": { _ in ToolResult(text: "done") }])

  @Test func `of a queued task its place among those of its lane, and what was said about the queue`() async throws {
    let fixture = RuntimeFixture(Self.source)
    let runtime = try await fixture.make()
    _ = try await runtime.submit(TaskSubmission(plan: Self.plan))
    let second = try await runtime.submit(TaskSubmission(plan: Self.plan)).id
    let now = fixture.clock.now()
    _ = try await fixture.store.commit(
      StoreBatch(
        at: now,
        changes: [
          .putDocument(StoreDocument(.queueControl, id: "queue", body: ["pause": true], now: now)),
          .putDocument(
            StoreDocument(.queueControl, id: "class/default", body: ["limits": ["maxConcurrent": 0]], now: now)),
        ]))
    let explanation = try await runtime.explain(second)
    #expect(explanation.reasons.map(\.kind) == [.noRuntime, .paused, .classLimit, .lane])
    #expect(
      explanation.reasons.last?.message == "it is number 2 of 2 in its lane, the class default at priority normal")
  }

  @Test func `of a running task its steps, by the life that has its lease`() async throws {
    let gate = Gate()
    let source = FakeToolSource([
      "do": { _ in
        try await gate.pass()
        return ToolResult(text: "done")
      }
    ])
    let explanation = try await RuntimeFixture(source).live { runtime in
      let id = try await runtime.submit(TaskSubmission(plan: Self.plan)).id
      _ = await source.calls.values(1)
      defer { gate.open() }
      return try await runtime.explain(id)
    }
    #expect(explanation.reasons.map(\.message) == ["the step s calls fake.do, for 0 ms"])
  }

  @Test func `of a waiting task its open waits and the children that they are about, and of a child its parent`()
    async throws
  {
    let (store, now) = (InMemoryTaskStore(), ExplanationTests.now)
    let parent = AgentTask(id: TaskID("task_1"), title: "P", state: .waiting, createdAt: now)
    var child = AgentTask(id: TaskID("task_2"), title: "C", state: .queued, workspaceRoot: "/w", createdAt: now)
    child.parent = TaskParent(taskID: parent.id, stepID: "part")
    func wait(_ id: String, isOpen: Bool, _ child: String) -> StoreChange {
      .putDocument(
        StoreDocument(
          .wait, id: id, taskID: parent.id, isOpen: isOpen,
          body: ["kind": "child", "stepId": "part", "childTaskId": .string(child)], now: now))
    }
    _ = try await store.commit(
      StoreBatch(
        at: now,
        changes: [
          .insertTask(parent), .insertTask(child), wait("w1", isOpen: true, "task_2"),
          wait("w2", isOpen: false, "task_3"),
        ]))
    let reader = FactsReader(store: store, now: now) { _ in nil }
    let facts = try #require(try await reader.facts(of: parent.id))
    #expect(facts.waits.map(\.id) == ["w1"])
    #expect(facts.children.map(\.task.id) == [child.id])
    #expect(facts.children.first?.before == 0)
    #expect(try await reader.facts(of: child.id)?.parent?.id == parent.id)
    #expect(try await reader.facts(of: TaskID("task_9")) == nil)
  }

  @Test func `a task that is not there cannot be explained`() async throws {
    let runtime = try await RuntimeFixture(Self.source).make()
    let error = await #expect(throws: RuntimeError.self) { _ = try await runtime.explain(TaskID("task_9")) }
    #expect(error?.kind == .notFound)
  }

  @Test func `health counts what waits, and looks deeper if it is asked to`() async throws {
    var fixture = RuntimeFixture(Self.source)
    fixture.configuration.health.freeDisk = { 1 << 40 }
    let runtime = try await fixture.make()
    _ = try await runtime.submit(TaskSubmission(plan: Self.plan))
    fixture.clock.advance(by: .seconds(3))
    func queue(_ report: HealthReport) -> String? { report.checks.first { $0.kind == .queue }?.detail }
    let shallow = await runtime.health()
    #expect(shallow.status == .ok)
    #expect(shallow.checks.map(\.kind) == [.store, .queue, .agents, .servers, .disk, .clock])
    #expect(queue(shallow) == "1 of at most 1000000 tasks wait")
    #expect(queue(await runtime.health(deep: true)) == "1 of at most 1000000 tasks wait, the oldest for 3000 ms")
    await fixture.store.close()
    let closed = await runtime.health()
    #expect(closed.status == .down)
  }
}
