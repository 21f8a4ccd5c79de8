import SCRProtocol
import SCRTestSupport
import Testing

@testable import SCRRuntime

@Suite("Cancellations and waits that end by themselves")
struct WaitWatchTests {
  private static let approval: JSONValue = ["approval": ["question": "?"]]
  private static let parent: JSONValue = [
    "title": "Outer",
    "steps": [
      ["id": "child", "plan": ["title": "Inner", "steps": [["id": "w", "wait": approval]]]],
      ["id": "own", "wait": approval],
    ],
  ]

  /// A life whose last commit is the one that `isLast` finds, as if by kill −9 just after it.
  private static func life(
    of fixture: RuntimeFixture, until isLast: @escaping @Sendable (StoreBatch) -> Bool,
    _ body: @Sendable @escaping (CognitiveRuntime) async throws -> Void
  ) async throws {
    let crashed = OneShot<Void>()
    var doomed = fixture
    doomed.store = InterceptedTaskStore(
      fixture.store,
      before: { _ throws(StoreError) in if crashed.current != nil { throw StoreError(.closed, "crashed") } },
      after: { batch throws(StoreError) in
        guard isLast(batch) else { return }
        crashed.fire(())
        throw StoreError(.closed, "crashed")
      })
    try await doomed.live { runtime in
      await withTaskGroup(of: Void.self) { group in
        group.addTask { try? await body(runtime) }
        group.addTask { _ = await crashed.value() }
        await group.next()
        group.cancelAll()
      }
    }
    #expect(crashed.current != nil)
  }

  /// Returns once both the task and its child wait.
  private static func rest(_ runtime: CognitiveRuntime) async throws -> (parent: TaskID, child: TaskID) {
    let events = runtime.subscribe()
    defer { events.end() }
    let id = try await runtime.submit(TaskSubmission(plan: parent)).id
    var resting: Set<TaskID> = []
    while resting.count < 2, let delivery = await events.next() {
      guard case .events(let events) = delivery else { continue }
      resting.formUnion(events.filter { $0.kind == .taskWaiting }.compactMap(\.taskID))
    }
    return (id, try #require(resting.first { $0 != id }))
  }

  @Test("a child that a revised plan no longer has is cancelled by the next life, if the first dies with that commit")
  func revisedAway() async throws {
    let fixture = RuntimeFixture(FakeToolSource(["note": { _ in ToolResult(text: "x") }]))
    let ids = try await fixture.live { try await Self.rest($0) }
    try await Self.life(
      of: fixture, until: { $0.changes.contains { if case .revisePlan = $0 { true } else { false } } },
      { runtime in
        let plan: JSONValue = ["title": "Outer", "steps": [["id": "own", "wait": Self.approval]]]
        _ = try await runtime.revisePlan(of: ids.parent, to: plan, by: "test")
      })
    #expect(try await fixture.store.task(ids.child)?.state == .waiting)
    let child = try await fixture.live { try await $0.wait(for: ids.child, timeout: nil) }
    #expect(child?.task.state == .cancelled)
    #expect(child?.waits.map(\.isOpen) == [false])
    #expect(try await fixture.store.task(ids.parent)?.state.isFinal == false)
  }

  /// Waits that are due and that nobody can read.
  private static func litter(_ count: Int, _ fixture: RuntimeFixture) async throws {
    let now = fixture.clock.now()
    for number in 1...count {
      let litter = StoreDocument(.wait, id: "litter \(number)", dueAt: now, body: ["kind": "unheard of"], now: now)
      _ = try await fixture.store.commit(StoreBatch(at: now, changes: [.putDocument(litter)]))
    }
  }

  @Test("waits that cannot be read hold up no other that is due")
  func passesOver() async throws {
    let fixture = RuntimeFixture(FakeToolSource(["note": { _ in ToolResult(text: "x") }]))
    try await Self.litter(200, fixture)
    let id = try await fixture.live { runtime in
      let submission = TaskSubmission(plan: ["title": "W", "steps": [["id": "w", "wait": ["time": ["for": 5000]]]]])
      let events = runtime.subscribe(taskID: submission.id)
      _ = try await runtime.submit(submission)
      await events.awaitKind(.taskWaiting)
      return submission.id
    }
    fixture.clock.advance(by: .seconds(60))
    let snapshot = try await fixture.live { try await $0.wait(for: id, timeout: nil) }
    #expect(snapshot?.task.state == .completed)
  }

  @Test("however many of them there are, the watch comes to rest")
  func rests() async throws {
    let fixture = RuntimeFixture(FakeToolSource(["note": { _ in ToolResult(text: "x") }]))
    try await Self.litter(600, fixture)
    try await fixture.live { _ in await fixture.clock.waitForSleepers(1) }
  }
}
