import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Synchronization
import Testing

@Suite("A store that fails for a while")
struct StoreFailureTests {
  @Test("an outcome is kept until it can be written; the tool is not called again")
  func keepsOutcome() async throws {
    let store = FailingStore()
    let source = FakeToolSource([
      "once": { _ in
        store.fail(times: 3)
        return ToolResult(text: "done")
      }
    ])
    var fixture = RuntimeFixture(source)
    fixture.store = store
    let told = Signal<String>()
    let snapshot = try await fixture.live(notice: { told.fire($0) }) { [fixture] runtime in
      let id = try await runtime.submit(
        TaskSubmission(plan: ["title": "T", "steps": [["id": "s", "tool": "fake.once"]]])
      ).id
      for failure in 1...3 {
        _ = await told.values(failure)
        // The heartbeat and the pause before the next try.
        await fixture.clock.waitForSleepers(2)
        fixture.clock.advance(by: .seconds(1))
      }
      return try await runtime.wait(for: id, timeout: nil)
    }
    #expect(snapshot?.task.state == .completed)
    #expect(source.called == ["once"])
    #expect(told.all.allSatisfy { $0.contains("the disk is full") })
  }
}

/// Refuses so many commits as if the disk were full.
private final class FailingStore: TaskStore {
  private let base = InMemoryTaskStore()
  private let failures = Mutex(0)

  func fail(times: Int) { failures.withLock { $0 = times } }

  var durability: StoreDurability { base.durability }

  func commit(_ batch: StoreBatch) async throws(StoreError) -> [RuntimeEvent] {
    let fails = failures.withLock { failures in
      defer { failures = max(0, failures - 1) }
      return failures > 0
    }
    if fails { throw StoreError(.diskFull, "the disk is full") }
    return try await base.commit(batch)
  }

  func task(_ id: TaskID) async throws(StoreError) -> AgentTask? { try await base.task(id) }
  func steps(of id: TaskID) async throws(StoreError) -> [StepRecord] { try await base.steps(of: id) }
  func tasks(_ query: TaskQuery) async throws(StoreError) -> TaskPage { try await base.tasks(query) }
  func events(since: Int64, taskID: TaskID?, limit: Int) async throws(StoreError) -> [RuntimeEvent] {
    try await base.events(since: since, taskID: taskID, limit: limit)
  }
  func steps(of id: TaskID, named names: [String]) async throws(StoreError) -> [StepRecord] {
    try await base.steps(of: id, named: names)
  }
  func task(withIdempotencyKey key: String) async throws(StoreError) -> (id: TaskID, digest: String?)? {
    try await base.task(withIdempotencyKey: key)
  }
  func claimable(_ query: ClaimQuery) async throws(StoreError) -> [AgentTask] { try await base.claimable(query) }
  func nearestDeadline() async throws(StoreError) -> Timestamp? { try await base.nearestDeadline() }
  func overdue(at moment: Timestamp, limit: Int) async throws(StoreError) -> [AgentTask] {
    try await base.overdue(at: moment, limit: limit)
  }
  func abandoned(by incarnation: Incarnation) async throws(StoreError) -> [AgentTask] {
    try await base.abandoned(by: incarnation)
  }
  func counts() async throws(StoreError) -> [TaskState: Int] { try await base.counts() }
  func lastSequence() async throws(StoreError) -> Int64 { try await base.lastSequence() }
  func close() async { await base.close() }
}
