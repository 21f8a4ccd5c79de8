import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@Suite("What ended long ago is removed", .timeLimit(.minutes(1)))
struct PrunerTests {
  private let fixture = RuntimeFixture(FakeToolSource(["echo": { _ in ToolResult(text: "ok") }]))
  private var now: Timestamp { fixture.clock.now() }

  /// A task that ended `ago`, with one event.
  private func ended(_ id: String, _ state: TaskState, ago: Duration, parent: String? = nil) async throws {
    var task = AgentTask(id: TaskID(id), title: id, state: state, createdAt: now - .seconds(1_000_000))
    task.endedAt = now - ago
    task.parent = parent.map { TaskParent(taskID: TaskID($0), stepID: "s") }
    _ = try await fixture.store.commit(
      StoreBatch(at: now, changes: [.insertTask(task)], events: [EventDraft(.taskSubmitted, taskID: task.id)]))
  }

  private func left() async throws -> Set<String> {
    Set(try await fixture.store.tasks(TaskQuery(limit: 500)).tasks.map(\.id.text))
  }

  @Test("each state has its own age; what is not named is kept for ever; families go together")
  func ages() async throws {
    for (state, name) in [(TaskState.completed, "c"), (.failed, "f"), (.dead, "d"), (.cancelled, "x")] {
      try await ended("\(name)1", state, ago: .seconds(100))
      try await ended("\(name)2", state, ago: .seconds(101))
    }
    try await ended("child", .completed, ago: .seconds(1), parent: "c2")
    try await ended("other child", .completed, ago: .seconds(9999), parent: "c1")
    let pruner = Pruner(store: fixture.store, clock: fixture.clock)
    try await pruner.prune(Retention(tasks: [.completed: .seconds(100), .failed: .seconds(101), .cancelled: .zero]))
    #expect(try await left() == ["c1", "other child", "f1", "f2", "d1", "d2"])
    #expect(try await fixture.store.events(since: 0, taskID: nil, limit: 99).count == 6)
  }

  @Test("much is removed in batches of a bounded size, and told by number")
  func batches() async throws {
    for number in 0..<(Pruner.batchSize * 2 + 1) { try await ended("t\(number)", .completed, ago: .seconds(10)) }
    let sizes = Signal<Int>()
    let store = InterceptedTaskStore(fixture.store, beforeBatch: { sizes.fire($0.changes.count) })
    let removed = try await Pruner(store: store, clock: fixture.clock).prune([.completed], before: now)
    #expect(removed == Pruner.batchSize * 2 + 1)
    #expect(sizes.all == [Pruner.batchSize, Pruner.batchSize, 1])
    #expect(try await left() == [])
  }

  @Test("of the events the newest are kept", arguments: [(5, 5), (1, 1), (9, 7), (7, 7)])
  func events(limit: Int, kept: Int) async throws {
    for number in 0..<7 { try await ended("t\(number)", .completed, ago: .zero) }
    try await Pruner(store: fixture.store, clock: fixture.clock).prune(Retention(maxEvents: limit))
    #expect(try await fixture.store.events(since: 0, taskID: nil, limit: 99).map(\.sequence).count == kept)
    #expect(try await fixture.store.firstSequence() == Int64(8 - kept))
    #expect(try await left().count == 7)
  }

  @Test("a runtime looks after a delay and then again and again; tasks that have not ended stay")
  func periodic() async throws {
    var fixture = fixture
    fixture.configuration.retention = Retention(tasks: [.completed: .seconds(60)], interval: .seconds(600))
    try await ended("old", .completed, ago: .seconds(100))
    try await ended("young", .completed, ago: .seconds(1))
    let commits = Signal<Int>()
    fixture.store = InterceptedTaskStore(fixture.store, beforeBatch: { commits.fire($0.changes.count) })
    try await fixture.live { [clock = fixture.clock, retention = fixture.configuration.retention] _ async throws in
      await clock.waitForSleepers()
      #expect(commits.all == [])
      clock.advance(by: retention.delay)
      _ = await commits.values(1)
      await clock.waitForSleepers()
      #expect(try await left() == ["young"])
      clock.advance(by: .seconds(600))
      _ = await commits.values(2)
      await clock.waitForSleepers()
      #expect(try await left() == [])
    }
  }

  @Test("only what has ended can be named: a state in which a task goes on is left out")
  func nothing() {
    #expect(Retention(tasks: [.queued: .zero, .dead: .seconds(1)]).tasks == [.dead: .seconds(1)])
  }
}
