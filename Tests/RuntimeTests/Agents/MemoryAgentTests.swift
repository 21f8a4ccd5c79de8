import SCRProtocol
import SCRTestSupport
import Testing

@testable import SCRRuntime

@Suite(.timeLimit(.minutes(1))) struct MemoryAgentTests {
  private let store = InMemoryTaskStore()
  private let memory = WatchedMemoryStore()
  private let hub = EventHub(after: 0)
  private let clock = ManualClock()

  /// The agent runs beside `body`.
  private func live(_ body: @Sendable () async throws -> Void) async throws {
    let agent = MemoryAgent(store: store, memory: memory, hub: hub, clock: clock)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await agent.run() }
      try await body()
      group.cancelAll()
    }
  }

  private func commit(_ changes: [StoreChange], _ events: [EventDraft]) async throws {
    hub.publish(try await store.commit(StoreBatch(at: clock.now(), changes: changes, events: events)))
  }

  /// The agent has taken in everything up to `sequence`.
  private func cursor(_ sequence: Int64) async {
    _ = await memory.puts.first { $0.kind == "cursor" && $0.value == .integer(sequence) }
  }

  private func ended(_ id: String) -> AgentTask {
    var task = AgentTask(id: TaskID(id), title: "Title", goal: "Goal", state: .completed, createdAt: clock.now())
    task.result = ["n": 1]
    task.endedAt = clock.now()
    return task
  }

  @Test func `what happened before it ran is taken in, then what happens`() async throws {
    let id = TaskID("task_1")
    let task = ended("task_1")
    let step = StepRecord(
      taskID: id, stepID: "a", state: .completed, attempt: 2,
      intent: StepIntent(
        tool: ToolName(server: "s", tool: "t"), arguments: ["x": 1], idempotencyKey: "k", effect: .unknown),
      value: ["text": "v"])
    let open = StepRecord(taskID: id, stepID: "b", state: .running, attempt: 1)
    try await commit(
      [.insertTask(task), .putStep(step), .putStep(open)],
      [
        EventDraft(.stepCompleted, taskID: id, stepID: "a"), EventDraft(.stepStarted, taskID: id, stepID: "b"),
        EventDraft(.taskCompleted, taskID: id),
      ])
    try await live {
      await cursor(3)
      let record = try await memory.get(kind: "task", id: "task_1")
      #expect(
        record?.value == [
          "title": "Title", "state": "completed", "goal": "Goal", "createdAt": .string(task.createdAt.description),
          "endedAt": .string(task.createdAt.description),
        ])
      let remembered = try await memory.get(kind: "step", id: "task_1/a")
      #expect(
        remembered
          == MemoryRecord(
            kind: "step", id: "task_1/a", taskID: id,
            value: [
              "state": "completed", "attempts": 2, "tool": "s.t", "arguments": ["x": 1], "value": ["text": "v"],
            ], updatedAt: clock.now()))
      #expect(try await memory.get(kind: "step", id: "task_1/b") == nil)
      #expect(try await memory.get(kind: "result", id: "task_1")?.value == ["n": 1])
      try await commit([.insertTask(ended("task_2"))], [EventDraft(.taskCompleted, taskID: TaskID("task_2"))])
      await cursor(4)
      #expect(try await memory.get(kind: "result", id: "task_2") != nil)
    }
  }

  @Test func `an event of a step rewrites that step alone`() async throws {
    let id = TaskID("task_1")
    let steps = ["a", "b"].map { StepRecord(taskID: id, stepID: $0, state: .completed, attempt: 1) }
    try await commit(
      [.insertTask(ended("task_1"))] + steps.map { .putStep($0) }, [EventDraft(.stepCompleted, taskID: id, stepID: "a")]
    )
    try await live { await cursor(1) }
    #expect(memory.puts.all.map(\.id) == ["task_1/a", "events"])
  }

  @Test func `the next life goes on behind the last event it took in`() async throws {
    try await commit([.insertTask(ended("task_1"))], [EventDraft(.taskCompleted, taskID: TaskID("task_1"))])
    try await live { await cursor(1) }
    try await commit([.insertTask(ended("task_2"))], [EventDraft(.taskCompleted, taskID: TaskID("task_2"))])
    let before = memory.puts.all.count
    try await live { await cursor(2) }
    #expect(memory.puts.all.dropFirst(before).map(\.id) == ["task_2", "task_2", "events"])
  }

  @Test func `more events than one batch are all taken in`() async throws {
    try await commit([.insertTask(ended("task_1"))], [])
    let events = (0..<700).map { _ in EventDraft(.stepStarted, taskID: TaskID("task_1")) }
    try await commit([], events + [EventDraft(.taskCompleted, taskID: TaskID("task_1"))])
    try await live { await cursor(701) }
    let cursors = memory.puts.all.filter { $0.kind == "cursor" }.map(\.value)
    #expect(cursors == [256, 512, 701])
    // The starts of steps are nothing to remember.
    #expect(memory.puts.all.count(where: { $0.kind == "task" }) == 1)
  }

  @Test func `a task that is gone from the store is passed over`() async throws {
    try await commit([], [EventDraft(.taskCompleted, taskID: TaskID("gone")), EventDraft(.serverState)])
    try await live { await cursor(2) }
    #expect(memory.puts.all.map(\.kind) == ["cursor"])
  }
}
