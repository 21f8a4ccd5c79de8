import SCRProtocol
import SCRTestSupport
import Testing

@testable import SCRRuntime

@Suite("A task that goes round in circles")
struct TaskLoopTests {
  private static let source: @Sendable () -> FakeToolSource = {
    FakeToolSource(["note": { _ in ToolResult(text: "the same") }])
  }

  /// So many calls that are all the same, and a question that keeps the task from its end.
  private static func plan(_ calls: Int) -> JSONValue {
    let steps = (0..<calls).map { number -> JSONValue in ["id": .string("s\(number)"), "tool": "fake.note"] }
    return ["title": "L", "steps": .array(steps + [["id": "w", "wait": ["approval": ["question": "done?"]]]])]
  }

  /// Revises the plan, one call more each time, and returns once the task rests again.
  private static func revise(_ id: TaskID, _ calls: ClosedRange<Int>, _ runtime: CognitiveRuntime) async throws {
    for count in calls {
      let events = runtime.subscribe(taskID: id)
      _ = try await runtime.revisePlan(of: id, to: plan(count), by: "agent")
      await events.awaitKind(.taskWaiting)
      events.end()
    }
  }

  private static func submit(_ calls: Int, _ runtime: CognitiveRuntime) async throws -> TaskID {
    let submission = TaskSubmission(plan: plan(calls))
    let events = runtime.subscribe(taskID: submission.id)
    defer { events.end() }
    _ = try await runtime.submit(submission)
    await events.awaitKind(.taskWaiting)
    return submission.id
  }

  @Test("a plan that a client submitted is none, however often it calls the same")
  func submitted() async throws {
    let fixture = RuntimeFixture(Self.source())
    let id = try await fixture.live { try await Self.submit(9, $0) }
    #expect(fixture.source.called.count == 9)
    #expect(try await fixture.store.document(.loop, id.text) == nil)
  }

  @Test("one whose revised plans come to the same again and again is asked about, also past a restart, and may go on")
  func asked() async throws {
    let fixture = RuntimeFixture(Self.source())
    let id = try await fixture.live { runtime in
      let id = try await Self.submit(1, runtime)
      try await Self.revise(id, 2...4, runtime)
      return id
    }
    try await fixture.live { runtime in
      try await Self.revise(id, 5...7, runtime)
      // The fifth of the revised plan's calls was one too many, so the sixth has not begun.
      #expect(fixture.source.called.count == 6)
      let wait = try #require(try await runtime.approvals().waits.first { $0.kind == .loop })
      #expect(
        wait.question
          == "it called fake.note 5 times in a row with the same arguments and got the same result each time. "
          + "Let it go on, or end it?")
      let told = try await fixture.store.events(since: 0, taskID: id, limit: 500).filter { $0.kind == .taskLooping }
      #expect(told.map(\.stepID) == ["s5"])
      #expect(told.map(\.data) == [["kind": "identical_calls", "count": 5, "tool": "fake.note"]])
      let events = runtime.subscribe(taskID: id)
      _ = try await runtime.answer(wait.id, decision: "continue", by: "ann")
      await events.awaitKind(.taskWaiting)
      #expect(fixture.source.called.count == 7)
      // It has as much room as before.
      try await Self.revise(id, 8...9, runtime)
      #expect(fixture.source.called.count == 9)
    }
  }

  @Test("where nobody is there to be asked it fails, with what was seen and a hint")
  func fails() async throws {
    var detector = LoopDetector(LoopDetector.Limits(identicalCalls: 2))
    _ = detector.note(LoopCall(tool: "fake.note", arguments: [:], result: Self.value, isError: false))
    var run = Self.run(["a", "b"], detector, policy: .fail)
    _ = run.start(now: Self.now)
    let turn = run.attemptEnded("a", .answered(ToolResult(text: "x")), now: Self.now, chance: 0)
    #expect(turn.isOver && run.task.state == .failed)
    #expect(run.task.reason?.kind == TaskReason.loop)
    #expect(run.task.reason?.message.hasPrefix("it goes round in circles: it called fake.note 2 times") == true)
    #expect(run.task.reason?.hint != nil)
    #expect(run.journal["b"]?.state == .cancelled)
    let kinds = turn.batch?.events.map(\.kind.rawValue) ?? []
    #expect(kinds.contains("task.looping"))
    #expect(kinds.last == "task.failed")
  }

  @Test("a step's own retries are no loop, its end after them counts once")
  func retries() {
    var run = Self.run(["a", "b"], LoopDetector(LoopDetector.Limits(identicalErrors: 2)), retry: 4)
    _ = run.start(now: Self.now)
    let failure = AttemptOutcome.answered(ToolResult(text: "no", isError: true))
    for _ in 1...3 {
      _ = run.attemptEnded("a", failure, now: Self.now, chance: 0)
      _ = run.retryDue("a", now: Self.now)
    }
    #expect(run.loops?.calls == 0)
    _ = run.attemptEnded("a", failure, now: Self.now, chance: 0)
    #expect(run.loops?.calls == 1)
    #expect(run.loop == nil)
  }

  @Test("child tasks with the same plan and the same end count like calls")
  func children() {
    let now = Self.now
    var child = AgentTask(id: TaskID("task_c"), title: "C", plan: ["steps": []], state: .completed, createdAt: now)
    child.result = "x"
    var detector = LoopDetector(LoopDetector.Limits(identicalCalls: 2))
    _ = detector.note(
      LoopCall(
        tool: "plan C", arguments: ["plan": ["steps": []], "inputs": .object([:])], result: "x", isError: false))
    var wait = Wait(
      id: "wait_c", taskID: Self.id, stepID: "k", kind: .child, requestedAt: now,
      answer: WaitAnswer(decision: "ended", by: "task_c", at: now))
    wait.childID = child.id
    let inner = ChildPlan(document: ["steps": []], plan: Plan(title: "C", steps: []), inputs: [:])
    let steps = [Step(id: "k", work: .plan(inner)), Self.step("b", needs: ["k"])]
    var run = TaskRun(
      task: Self.task(.ask), plan: Plan(title: "t", steps: steps),
      records: [StepRecord(taskID: Self.id, stepID: "k", state: .waiting, attempt: 1)],
      news: [WaitNews(wait, child: child)], loops: detector, maxParallel: 8, effect: { _ in .idempotent },
      newID: { "1" })
    let turn = run.start(now: now)
    // What the same turn would begin is begun; nothing after it.
    #expect(run.loop?.kind == .identicalCalls)
    #expect(turn.batch?.events.map(\.kind).contains(.taskLooping) == true)
  }

  private static let now = Timestamp(milliseconds: 1_700_000_000_000)
  private static let id = TaskID("task_1")
  private static let value = ToolResult(text: "x").json

  private static func task(_ policy: UnknownOutcomePolicy) -> AgentTask {
    var task = AgentTask(id: id, title: "t", state: .running, unknownOutcomeDefault: policy, createdAt: now)
    task.epoch = 1
    return task
  }

  private static func step(_ id: String, needs: Set<String> = [], retry: Int = 1) -> Step {
    Step(
      id: id, work: .tool(ToolName(server: "fake", tool: "note"), arguments: [:]), dependencies: needs,
      retry: RetryPolicy(attempts: retry, backoff: .zero))
  }

  /// Steps that need each other in this order.
  private static func run(
    _ ids: [String], _ loops: LoopDetector, policy: UnknownOutcomePolicy = .ask, retry: Int = 1
  ) -> TaskRun {
    let steps = ids.enumerated().map { place, id in step(id, needs: place == 0 ? [] : [ids[place - 1]], retry: retry) }
    return TaskRun(
      task: task(policy), plan: Plan(title: "t", steps: steps), records: [], loops: loops, maxParallel: 8,
      effect: { _ in .idempotent }, newID: { "1" })
  }
}
