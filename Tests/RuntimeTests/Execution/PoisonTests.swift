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
    let written = Signal<Void>()
    var last = fixture
    last.store = InterceptedTaskStore(
      fixture.store, before: { _ throws(StoreError) in },
      after: { batch throws(StoreError) in
        let isIncident = batch.changes.contains {
          if case .putDocument(let document) = $0 { document.kind == .incident } else { false }
        }
        if isIncident { written.fire(()) }
      })
    let (snapshot, kept) = try await last.live { runtime in
      _ = await written.values(1)
      return (try await runtime.wait(for: id, timeout: nil), try await runtime.incidents().incidents)
    }
    #expect(snapshot?.task.state == .dead)
    #expect(snapshot?.task.reason?.kind == TaskRetry.poisoned)
    #expect(snapshot?.task.interruptions == 5)
    #expect(kept.map(\.kind) == [.poisoned])
    #expect(kept.map(\.taskID) == [id])
    #expect(kept.map(\.stepID) == ["b"])
    #expect(kept.first?.reason.hasSuffix("; b called fake.hold") == true)
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
