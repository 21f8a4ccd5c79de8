import SCRProtocol
import SCRTestSupport
import Testing

@testable import SCRRuntime

@Suite("A running task takes another plan", .timeLimit(.minutes(1)))
struct RunningRevisionTests {
  private struct Rig: Sendable {
    let source: FakeToolSource
    let gate = Gate()

    init() {
      let gate = gate
      source = FakeToolSource(
        effects: ["note": .idempotent, "hold": .idempotent, "endless": .idempotent],
        [
          "note": { ToolResult(text: $0.arguments["text"]?.stringValue ?? "noted") },
          "hold": { _ in
            try await gate.pass()
            return ToolResult(text: "held")
          },
          "endless": { _ in
            try await Gate().pass()
            return ToolResult(text: "never")
          },
        ])
    }
  }

  private static func plan(_ steps: JSONValue...) -> JSONValue { ["title": "P", "steps": .array(steps)] }
  private static let hold: JSONValue = ["id": "hold", "tool": "fake.hold"]
  private static let left: JSONValue = ["id": "left", "tool": "fake.endless"]
  private static let first = plan(
    hold, left, ["id": "old", "needs": ["hold"], "tool": "fake.note", "arguments": ["text": "old"]])
  private static let second: JSONValue = [
    "title": "P",
    "steps": [hold, ["id": "new", "needs": ["hold"], "tool": "fake.note", "arguments": ["text": "new"]]],
    "result": "${steps.new.text}",
  ]

  /// Submits the first plan and returns once both of its calls are under way.
  private static func begin(_ runtime: CognitiveRuntime, _ source: FakeToolSource) async throws -> TaskID {
    let id = try await runtime.submit(TaskSubmission(plan: first)).id
    _ = await source.calls.values(2)
    return id
  }

  @Test("what has not begun is changed, what runs and is left out is stopped, what runs and stays goes on")
  func revises() async throws {
    let rig = Rig()
    let fixture = RuntimeFixture(rig.source)
    let ended = try await fixture.live { runtime in
      let id = try await Self.begin(runtime, rig.source)
      let revised = try await runtime.revisePlan(of: id, to: Self.second, by: "ann")
      #expect(revised.task.state == .running)
      #expect(revised.task.planRevision == 1)
      #expect(revised.steps.first { $0.stepID == "left" }?.state == .cancelled)
      rig.gate.open()
      return try #require(try await runtime.wait(for: id, timeout: nil))
    }
    #expect(ended.task.state == .completed)
    #expect(ended.task.result == "new")
    #expect(Set(ended.outline) == ["hold completed 1", "left cancelled 1", "new completed 1"])
    #expect(rig.source.called.filter { $0 == "hold" }.count == 1)
    let told = try await fixture.store.events(since: 0, taskID: ended.task.id, limit: 99).filter {
      $0.kind == .planRevised
    }
    #expect(
      told.map(\.data) == [
        ["steps": ["hold", "new"], "kept": ["hold"], "forgotten": [], "stopped": ["left"], "by": "ann"]
      ])
  }

  private static func failure(_ body: () async throws -> Void) async -> RuntimeError? {
    do {
      try await body()
      return nil
    } catch { return error as? RuntimeError }
  }

  @Test("what runs or has completed cannot be changed under its name, and the run goes on as it was")
  func refuses() async throws {
    let rig = Rig()
    let ended = try await RuntimeFixture(rig.source).live { runtime in
      let plan = Self.plan(Self.hold, ["id": "done", "tool": "fake.note"])
      let submission = TaskSubmission(plan: plan)
      let events = runtime.subscribe(taskID: submission.id)
      _ = try await runtime.submit(submission)
      await events.awaitKind(.stepCompleted)
      for changed in ["hold", "done"] {
        let other: JSONValue = ["id": .string(changed), "tool": "fake.endless"]
        let error = await Self.failure {
          _ = try await runtime.revisePlan(of: submission.id, to: Self.plan(other), by: "ann")
        }
        #expect(error?.kind == .conflict)
        #expect(error?.message.contains("the step \(changed) cannot be changed") == true)
      }
      rig.gate.open()
      return try await runtime.wait(for: submission.id, timeout: nil)
    }
    #expect(ended?.task.state == .completed)
    #expect(ended?.task.planRevision == 0)
  }

  @Test("of many who revise it at once and name the revision that they saw, one is taken")
  func race() async throws {
    let rig = Rig()
    try await RuntimeFixture(rig.source).live { runtime in
      let id = try await Self.begin(runtime, rig.source)
      let taken = await withTaskGroup(of: Bool.self) { group in
        for number in 1...8 {
          group.addTask {
            let more: JSONValue = ["id": .string("m\(number)"), "needs": ["hold"], "tool": "fake.note"]
            let plan = Self.plan(Self.hold, Self.left, more)
            return await Self.failure { _ = try await runtime.revisePlan(of: id, to: plan, expecting: 0, by: "c") }
              == nil
          }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(taken == 1)
      #expect(try await runtime.task(id).task.planRevision == 1)
    }
  }

  @Test("the pause of a step between two attempts goes on")
  func pause() {
    let now = Timestamp(milliseconds: 1_700_000_000_000)
    func step(_ id: String, attempts: Int = 1) -> Step {
      Step(
        id: id, work: .tool(ToolName(tool: id), arguments: [:]), retry: RetryPolicy(attempts: attempts, backoff: .zero))
    }
    var task = AgentTask(id: TaskID("task_1"), title: "t", state: .running, createdAt: now)
    task.epoch = 1
    var run = TaskRun(
      task: task, plan: Plan(title: "t", steps: [step("a", attempts: 3), step("b")]), records: [], maxParallel: 8,
      effect: { _ in .idempotent }, newID: { "1" })
    _ = run.start(now: now)
    _ = run.attemptEnded("a", .answered(ToolResult(text: "no", isError: true)), now: now, chance: 0)
    let new = Plan(title: "t", steps: [step("a", attempts: 3), step("b"), step("c")])
    guard case .taken(let turn) = run.revise(to: [:], new, by: "x", now: now) else {
      Issue.record("it was refused")
      return
    }
    #expect(turn.attempts.map(\.stepID) == ["c"])
    #expect(run.retryDue("a", now: now).attempts.map(\.number) == [2])
    #expect(run.attemptsInFlight == 3)
  }

  // MARK: Crashes

  /// Submits, revises while the calls run, and awaits the end, going on with whatever an earlier life has done of it.
  private static func drive(_ runtime: CognitiveRuntime, _ rig: Rig) async throws -> TaskSnapshot {
    let events = runtime.subscribe()
    defer { events.end() }
    let id = try await runtime.submit(TaskSubmission(plan: first, idempotencyKey: "key")).id
    while try await runtime.task(id).task.planRevision == 0 {
      do throws(RuntimeError) {
        _ = try await runtime.revisePlan(of: id, to: second, expecting: 0, by: "test")
      } catch {
        // Nobody is at work on it just now, or somebody was first.
        guard error.kind == .conflict, await events.next() != nil else { throw error }
      }
    }
    rig.gate.open()
    return try #require(try await runtime.wait(for: id, timeout: nil))
  }

  private static func life(crashingAt number: Int, written: Bool) async throws -> (TaskSnapshot, Rig, Bool) {
    let rig = Rig()
    let fixture = RuntimeFixture(rig.source)
    let hasCrashed = try await DroppedLife.run(fixture, at: number, written: written) { _ = try await drive($0, rig) }
    let snapshot = try await fixture.live { try await drive($0, rig) }
    return (snapshot, rig, hasCrashed)
  }

  @Test("dropped before or just after each commit, it ends by the new plan", arguments: [false, true])
  func crashes(written: Bool) async throws {
    var number = 1
    while true {
      let (ended, rig, hasCrashed) = try await Self.life(crashingAt: number, written: written)
      #expect(ended.task.state == .completed, "dropped at commit \(number)")
      #expect(ended.task.result == "new", "dropped at commit \(number)")
      #expect(ended.task.planRevision == 1, "dropped at commit \(number)")
      #expect(ended.steps.first { $0.stepID == "left" }?.state != .completed)
      #expect(!rig.source.calls.all.contains { $0.arguments["text"] == "old" })
      if !hasCrashed { break }
      number += 1
    }
    #expect(number > 6)
  }
}
