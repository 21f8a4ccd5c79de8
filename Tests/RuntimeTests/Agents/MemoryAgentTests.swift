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
  private func live(_ rules: MemoryRules = MemoryRules(), _ body: @Sendable () async throws -> Void) async throws {
    let agent = MemoryAgent(store: store, memory: memory, hub: hub, clock: clock, rules: rules)
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
  private func mark(_ sequence: Int64) async { _ = await memory.batches.first { $0.marks["events"] == sequence } }

  private func ended(_ id: String, _ change: (inout AgentTask) -> Void = { _ in }) -> AgentTask {
    var task = AgentTask(id: TaskID(id), title: "Title", goal: "Goal", state: .completed, createdAt: clock.now())
    task.result = ["n": 1]
    task.endedAt = clock.now()
    change(&task)
    return task
  }

  private func end(_ id: String) async throws {
    try await commit([.insertTask(ended(id))], [EventDraft(.taskCompleted, taskID: TaskID(id))])
  }

  private func record(_ kind: MemoryKind, _ key: String) async throws -> MemoryRecord? {
    try await memory.record(.address(MemoryAddress(kind, key, in: "tasks")), now: clock.now())
  }

  private var keys: [String] { memory.puts.all.map(\.address.key) }

  @Test func `what ended before it ran is taken in, then what ends, each once`() async throws {
    try await end("task_1")
    try await live(MemoryRules(gathering: .zero)) {
      await mark(1)
      let record = try await record(.result, "task_1")
      #expect(
        record?.content
          == MemoryContent(
            text: "Title\nGoal\n{\"n\":1}",
            value: [
              "title": "Title", "state": "completed", "goal": "Goal", "endedAt": .string(clock.now().description),
              "result": ["n": 1],
            ], tags: ["completed"], provenance: MemoryProvenance(taskID: TaskID("task_1"), agent: "memory")))
      try await end("task_2")
      await mark(2)
    }
    #expect(keys == ["task_1", "task_2"])
  }

  @Test func `a task without a result is remembered by how it ended`() async throws {
    let task = ended("task_1") {
      $0.state = .failed
      $0.result = nil
      $0.reason = TaskReason(kind: "step_failed", message: "the disk is full")
    }
    try await commit([.insertTask(task)], [EventDraft(.taskFailed, taskID: task.id)])
    try await live { await mark(1) }
    let record = try await record(.task, "task_1")
    #expect(record?.content.text == "Title\nGoal\nthe disk is full")
    #expect(record?.content.tags == ["failed"])
  }

  @Test func `steps and starts wake nobody and are no records`() async throws {
    try await end("task_0")
    try await live(MemoryRules(gathering: .zero)) {
      await mark(1)
      for kind in [EventKind.taskStarted, .stepStarted, .stepCompleted] {
        try await commit([], [EventDraft(kind, taskID: TaskID("task_1"), stepID: "a")])
      }
      try await end("task_1")
      await mark(5)
    }
    #expect(memory.batches.all.compactMap { $0.marks["events"] } == [1, 5])
  }

  @Test func `while it rests what ends gathers, and becomes one commit`() async throws {
    try await end("task_before")
    try await live(MemoryRules(gathering: .milliseconds(250))) {
      await mark(1)
      try await end("task_0")
      await mark(2)
      await clock.waitForSleepers()
      for number in 1...300 { try await end("task_\(number)") }
      #expect(memory.puts.all.count == 2)
      clock.advance(by: .milliseconds(250))
      await mark(302)
    }
    #expect(memory.batches.all.map(\.writes.count) == [1, 1, 300])
  }

  @Test func `what comes out of tool servers is not trusted, wherever that is written down`() async throws {
    let planned = ended("task_1") { $0.serverNames = ["git"] }
    let called = ended("task_2") { $0.provenance = ["servers": ["git"]] }
    let native = ended("task_3") { $0.provenance = ["servers": []] }
    for task in [planned, called, native] {
      try await commit([.insertTask(task)], [EventDraft(.taskCompleted, taskID: task.id)])
    }
    try await live { await mark(3) }
    #expect(memory.puts.all.map(\.content.provenance.isUntrusted) == [true, true, false])
  }

  @Test func `the next life goes on behind the last event it took in`() async throws {
    try await end("task_1")
    try await live { await mark(1) }
    try await end("task_2")
    try await live { await mark(2) }
    #expect(keys == ["task_1", "task_2"])
  }

  @Test func `more events than one batch are all taken in`() async throws {
    try await commit([.insertTask(ended("task_1"))], [])
    let events = (0..<700).map { _ in EventDraft(.stepStarted, taskID: TaskID("task_1")) }
    try await commit([], events + [EventDraft(.taskCompleted, taskID: TaskID("task_1"))])
    try await live { await mark(701) }
    #expect(memory.batches.all.compactMap { $0.marks["events"] } == [256, 512, 701])
    #expect(keys == ["task_1"])
  }

  @Test func `numbers that a restored store gives out again are taken in`() async throws {
    _ = try await memory.commit(MemoryBatch(at: clock.now(), marks: ["events": 90]))
    try await live(MemoryRules(gathering: .zero)) {
      _ = await memory.marksRead.values(1)
      try await end("task_1")
      await mark(1)
    }
    #expect(keys == ["task_1"])
  }

  @Test func `a task that is gone from the store is passed over`() async throws {
    try await commit([], [EventDraft(.taskCompleted, taskID: TaskID("gone")), EventDraft(.serverState)])
    try await live { await mark(2) }
    #expect(keys == [])
  }

  @Test func `findings are kept under their family and number, and forgotten in time`() async throws {
    let family = ended("task_top") { $0.serverNames = ["web"] }
    try await commit([.insertTask(family)], [])
    let finding = Finding(
      number: 1, at: clock.now(), taskID: family.id, stepID: "s", source: "worker", value: "the sky is blue")
    hub.publish(try await store.commit(FindingShelf(root: family.id, document: nil).adding(finding, now: clock.now())))
    try await live(MemoryRules(taskLife: .seconds(60))) { await mark(1) }
    let record = try await record(.finding, "task_top/1")
    #expect(record?.content.text == "the sky is blue")
    #expect(
      record?.content.provenance
        == MemoryProvenance(taskID: family.id, stepID: "s", agent: "worker", isUntrusted: true))
    #expect(record?.content.expiresAt == clock.now() + .seconds(60))
  }

  @Test func `a result that is too large leaves its text`() async throws {
    let long = String(repeating: "word ", count: 100_000)
    let task = ended("task_1") { $0.result = .string(long) }
    try await commit([.insertTask(task)], [EventDraft(.taskCompleted, taskID: task.id)])
    try await live { await mark(1) }
    let content = try await record(.result, "task_1")?.content
    #expect(content?.value?["resultLeftOut"] == true)
    #expect(content?.text.hasPrefix("Title\nGoal\nword word") == true)
  }
}
