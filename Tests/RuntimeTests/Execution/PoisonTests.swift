import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@Suite("A task that its runtime dies of", .timeLimit(.minutes(1)))
struct PoisonTests {
  private static let plan: JSONValue = [
    "title": "P", "steps": [["id": "a", "tool": "fake.note"], ["id": "b", "tool": "fake.hold", "needs": ["a"]]],
  ]

  /// `hold` never answers.
  private let fixture = RuntimeFixture(
    FakeToolSource(
      effects: ["hold": .idempotent],
      [
        "note": { _ in ToolResult(text: "noted") },
        "hold": { _ in
          try await Gate().pass()
          return ToolResult(text: "")
        },
      ]))

  /// A life that dies, as if by kill −9, once `hold` was called so often.
  private func die(_ calls: Int, _ begin: @escaping @Sendable (CognitiveRuntime) async throws -> Void = { _ in })
    async throws
  {
    let crashed = OneShot<Void>()
    var dying = fixture
    dying.store = InterceptedTaskStore(fixture.store) { () throws(StoreError) in
      if crashed.current != nil { throw StoreError(.closed, "crashed") }
    }
    let source = fixture.source
    try await dying.live { runtime in
      try await begin(runtime)
      _ = await source.calls.values(calls)
      crashed.fire(())
    }
  }

  @Test("is a dead letter after five lives without a step that came to its end")
  func poison() async throws {
    let id = TaskID.random()
    try await die(2) { try await _ = $0.submit(TaskSubmission(id: id, plan: Self.plan)) }
    for life in 2...4 {
      try await die(life + 1)
      #expect(try await fixture.store.task(id)?.interruptions == life - 1)
    }
    try await die(6)
    let snapshot = try await fixture.live { try await $0.wait(for: id, timeout: nil) }
    #expect(snapshot?.task.state == .dead)
    #expect(snapshot?.task.reason?.kind == TaskRetry.poisoned)
    #expect(snapshot?.task.interruptions == 5)
    #expect(fixture.source.called.count == 6)
  }

  @Test("a step that comes to its end tells that it gets on")
  func reset() async throws {
    var task = AgentTask(
      title: "T", plan: Self.plan, state: .running, workspaceRoot: fixture.configuration.workspaceRoot,
      serversDigest: "", createdAt: fixture.clock.now())
    task.serverNames = ["fake"]
    task.interruptions = 3
    task.lease = TaskLease(owner: Incarnation("run_dead"), until: fixture.clock.now())
    let inserted = task
    _ = try await fixture.store.commit(StoreBatch(at: fixture.clock.now(), changes: [.insertTask(inserted)]))
    try await die(2)
    #expect(try await fixture.store.task(task.id)?.interruptions == 0)
  }

  @Test("an orderly stop is no death")
  func stop() async throws {
    let id = try await fixture.live { runtime in
      let id = try await runtime.submit(TaskSubmission(plan: Self.plan)).id
      _ = await fixture.source.calls.values(2)
      return id
    }
    try await fixture.live { _ in _ = await fixture.source.calls.values(3) }
    let task = try await fixture.store.task(id)
    #expect(task?.interruptions == 0)
    #expect(task?.failedRuns == 0)
    #expect(task?.state == .queued)
  }
}
