import SCRProtocol
import Testing

@testable import SCRRuntime

struct TaskRunTests {
  private static let now = Timestamp(milliseconds: 1_700_000_000_000)
  private static let later = now + .milliseconds(40)
  private static let id = TaskID("task_1")

  private static var task: AgentTask {
    var task = AgentTask(id: id, title: "t", state: .running, createdAt: now)
    task.epoch = 3
    task.lease = TaskLease(owner: Incarnation("run_1"), until: now + .seconds(30))
    return task
  }

  private static func step(_ id: String, needs: Set<String> = [], attempts: Int = 1) -> Step {
    Step(
      id: id, work: .tool(ToolName(server: "s", tool: id), arguments: [:]), dependencies: needs,
      retry: RetryPolicy(attempts: attempts, backoff: .milliseconds(200), jitter: 0))
  }

  private static func run(
    _ steps: [Step], expect: [SCRRuntime.Expectation] = [], result: JSONValue? = nil, records: [StepRecord] = []
  ) -> TaskRun {
    TaskRun(
      task: task, plan: Plan(title: "t", steps: steps, expectations: expect, result: result), records: records,
      maxParallel: 8, effect: { _ in .unknown })
  }

  /// Each change of a batch in one word, its events behind them.
  private static func outline(_ batch: StoreBatch?) -> [String]? {
    batch.map { batch in
      batch.changes.map { change in
        switch change {
        case .putStep(let record): "\(record.stepID) \(record.state) \(record.attempt)"
        case .updateTask(let task): "task \(task.state)"
        case .putDocument(let document): Self.outline(document)
        case .insertTask(let task): "child \(task.title) \(task.state)"
        default: "unexpected"
        }
      } + batch.events.map(\.kind.rawValue)
    }
  }

  private static func outline(_ document: StoreDocument) -> String {
    "wait \(document.body["kind"]?.stringValue ?? "?") \(document.isOpen ? "open" : "closed")"
  }

  private static let fine = AttemptOutcome.answered(ToolResult(text: "fine"))
  private static let broken = AttemptOutcome.answered(ToolResult(text: "broken", isError: true))

  @Test func `the intent is in the batch that comes before the attempt, under the claim's epoch`() {
    var run = Self.run([Self.step("a"), Self.step("b", needs: ["a"])])
    let turn = run.start(now: Self.now)
    #expect(
      Self.outline(turn.batch) == ["a running 1", "plan.created", "step.ready", "step.started", "tool.called"])
    #expect(turn.batch?.preconditions == [.taskEpoch(Self.id, 3)])
    #expect(turn.batch?.at == Self.now)
    #expect(turn.attempts.map(\.stepID) == ["a"])
    #expect(turn.attempts.first?.call?.context.idempotencyKey == "task_1/a")
    #expect(!turn.isOver)
  }

  @Test func `an outcome shares its commit with the intent of what follows`() {
    var run = Self.run([Self.step("a"), Self.step("b", needs: ["a"])])
    _ = run.start(now: Self.now)
    let turn = run.attemptEnded("a", Self.fine, now: Self.later, chance: 0)
    #expect(
      Self.outline(turn.batch) == [
        "a completed 1", "b running 1", "tool.returned", "step.completed", "step.ready", "step.started", "tool.called",
      ])
    #expect(turn.attempts.map(\.stepID) == ["b"])
  }

  @Test func `the last outcome, the verdict and the end of the task are one commit`() {
    var run = Self.run([Self.step("a")], result: "${steps.a.text}!")
    _ = run.start(now: Self.now)
    let turn = run.attemptEnded("a", Self.fine, now: Self.later, chance: 0)
    #expect(
      Self.outline(turn.batch) == [
        "a completed 1", "task completed", "tool.returned", "step.completed", "task.completed",
      ])
    #expect(turn.isOver)
    var wanted = Self.task
    wanted.state = .completed
    wanted.result = "fine!"
    wanted.lease = nil
    wanted.endedAt = Self.later
    wanted.updatedAt = Self.later
    wanted.usage = Usage(wallMs: 40, toolCalls: 1).json
    wanted.provenance = [
      "tools": [["stepId": "a", "source": "mcp", "server": "s", "tool": "a", "attempts": 1, "durationMs": 40]],
      "servers": ["s"], "durationMs": 40,
    ]
    #expect(turn.batch?.changes.last == .updateTask(wanted))
  }

  @Test func `an expectation that does not hold fails the task in the same commit, its result kept`() {
    var run = Self.run(
      [Self.step("a")], expect: [.value("${steps.a.text}", .equals("perfect"))], result: "${steps.a.text}")
    _ = run.start(now: Self.now)
    let turn = run.attemptEnded("a", Self.fine, now: Self.later, chance: 0)
    #expect(Self.outline(turn.batch)?.suffix(1) == ["task.failed"])
    #expect(run.task.state == .failed)
    #expect(run.task.reason?.kind == TaskReason.expectationFailed)
    #expect(run.task.result == "fine")
  }

  @Test func `a failure with attempts left pauses; the next attempt's intent waits for the end of the pause`() {
    var run = Self.run([Self.step("a", attempts: 2)])
    _ = run.start(now: Self.now)
    let failed = run.attemptEnded("a", Self.broken, now: Self.later, chance: 0)
    #expect(Self.outline(failed.batch) == ["a ready 1", "tool.returned", "step.retrying"])
    #expect(failed.pauses.map(\.stepID) == ["a"])
    #expect(failed.pauses.map(\.length) == [.milliseconds(200)])
    #expect(failed.attempts.isEmpty && !failed.isOver)
    let again = run.retryDue("a", now: Self.later)
    #expect(Self.outline(again.batch) == ["a running 2", "step.started", "tool.called"])
    #expect(again.attempts.map(\.number) == [2])
    #expect(again.attempts.first?.call?.context.idempotencyKey == "task_1/a")
  }

  @Test func `an error that another attempt cannot help fails at once`() {
    var run = Self.run([Self.step("a", attempts: 5)])
    _ = run.start(now: Self.now)
    let turn = run.attemptEnded("a", .failed(ToolError(.denied, "no")), now: Self.later, chance: 0)
    #expect(
      Self.outline(turn.batch) == ["a failed 1", "task failed", "tool.denied", "step.failed", "task.failed"])
    #expect(
      run.task.reason == TaskReason(kind: TaskReason.stepFailed, message: "the step a failed: no", stepID: "a"))
  }

  @Test func `a task that must wait for a decision gives up its lease and says why`() {
    let intent = StepIntent(
      tool: ToolName(server: "s", tool: "a"), arguments: [:], idempotencyKey: "k", effect: .unknown)
    let record = StepRecord(taskID: Self.id, stepID: "a", state: .running, attempt: 1, intent: intent)
    var run = Self.run([Self.step("a")], records: [record])
    let turn = run.start(now: Self.now)
    #expect(
      Self.outline(turn.batch) == [
        "a waiting 1", "wait unknown_outcome open", "task waiting", "step.waiting", "approval.requested",
        "task.waiting",
      ])
    #expect(turn.isOver && turn.attempts.isEmpty)
    #expect(run.task.lease == nil)
    #expect(run.task.reason?.kind == TaskReason.unknownOutcome)
    #expect(run.task.endedAt == nil)
  }

  @Test func `cancelling ends every open step with the task`() {
    var run = Self.run([Self.step("a"), Self.step("b", needs: ["a"])])
    _ = run.start(now: Self.now)
    run.stop()
    #expect(run.attemptEnded("a", .interrupted, now: Self.later, chance: 0).batch == nil)
    let turn = run.end(.cancelled, now: Self.later)
    #expect(
      Self.outline(turn.batch) == ["a cancelled 1", "b cancelled 0", "task cancelled", "task.cancelled"])
    #expect(turn.isOver)
    #expect(run.task.endedAt == Self.later)
  }

  @Test func `a deadline fails the task`() {
    var run = Self.run([Self.step("a")])
    _ = run.start(now: Self.now)
    run.stop()
    #expect(Self.outline(run.end(.deadline, now: Self.later).batch) == ["a cancelled 1", "task failed", "task.failed"])
    #expect(run.task.reason == TaskReason(.timeout, "the task did not end before its deadline"))
  }

  @Test func `a shutdown puts the task back, with the steps as they are`() {
    var run = Self.run([Self.step("a"), Self.step("b")])
    _ = run.start(now: Self.now)
    run.stop()
    #expect(
      Self.outline(run.attemptEnded("a", Self.fine, now: Self.later, chance: 0).batch)
        == ["a completed 1", "tool.returned", "step.completed"])
    let turn = run.end(.shutdown(grace: .zero), now: Self.later)
    #expect(Self.outline(turn.batch) == ["task queued", "task.queued"])
    #expect(turn.batch?.events.last?.data == ["interrupted": true])
    #expect(run.task.lease == nil && run.task.endedAt == nil)
  }

  @Test(arguments: [(1, "a failed 1", "step.failed"), (2, "a ready 1", "step.retrying")])
  func `an answer that comes while stopping is an outcome: nobody has to ask later whether the call took effect`(
    attempts: Int, record: String, event: String
  ) {
    var run = Self.run([Self.step("a", attempts: attempts), Self.step("b", needs: ["a"])])
    _ = run.start(now: Self.now)
    run.stop()
    let turn = run.attemptEnded("a", Self.broken, now: Self.later, chance: 0)
    #expect(Self.outline(turn.batch)?.first == record)
    #expect(Self.outline(turn.batch)?.contains(event) == true)
    #expect(turn.attempts.isEmpty && turn.pauses.isEmpty && !turn.isOver)
    #expect(run.retryDue("a", now: Self.later).batch == nil)
  }

  @Test func `a call that gave no answer while stopping, and may have taken effect, stays open`() {
    var run = Self.run([Self.step("a", attempts: 3)])
    _ = run.start(now: Self.now)
    run.stop()
    let error = ToolError(.serverUnavailable, "gone", isRetryable: true, mayHaveTakenEffect: true)
    let turn = run.attemptEnded("a", .failed(error), now: Self.later, chance: 0)
    #expect(Self.outline(turn.batch) == ["a running 1", "tool.returned"])
  }

  @Test func `a heartbeat prolongs the lease and writes down what was used`() {
    var run = Self.run([Self.step("a")])
    var wanted = Self.task
    wanted.usage = Usage().json
    wanted.lease?.until = Self.now + .seconds(90)
    wanted.updatedAt = Self.later
    let turn = run.heartbeat(until: Self.now + .seconds(90), now: Self.later)
    #expect(turn.batch?.changes == [.updateTask(wanted)])
    #expect(turn.batch?.events == [])
    #expect(!turn.isOver)
  }
}
