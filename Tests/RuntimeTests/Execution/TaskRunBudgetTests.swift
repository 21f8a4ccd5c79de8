import SCRProtocol
import Testing

@testable import SCRRuntime

/// What a task may use, and what happens once it has.
struct TaskRunBudgetTests {
  private static let now = Timestamp(milliseconds: 1_700_000_000_000)
  private static let id = TaskID("task_1")

  private static func task(_ budget: Budget?, usage: JSONValue? = nil) -> AgentTask {
    var task = AgentTask(id: id, title: "t", state: .running, createdAt: now)
    task.epoch = 1
    task.budget = budget?.json
    task.usage = usage
    return task
  }

  private static func step(_ id: String, needs: Set<String> = []) -> Step {
    Step(id: id, work: .tool(ToolName(tool: id), arguments: [:]), dependencies: needs)
  }

  private static func run(
    _ task: AgentTask, _ steps: [Step], records: [StepRecord] = [], news: [WaitNews] = []
  ) -> TaskRun {
    TaskRun(
      task: task, plan: Plan(title: "t", steps: steps), records: records, news: news, maxParallel: 8,
      effect: { _ in .idempotent }, newID: { "1" })
  }

  private static let fine = AttemptOutcome.answered(ToolResult(text: "fine"))

  private static func usage(_ run: TaskRun) -> Usage? { run.task.usage.flatMap { Usage(json: $0) } }

  /// What a batch puts into the documents.
  private static func waits(_ turn: TaskRun.Turn) -> [Wait] {
    (turn.batch?.changes ?? []).compactMap { if case .putDocument(let document) = $0 { Wait(document) } else { nil } }
  }

  @Test func `calls beyond the budget do not begin, and once nothing runs somebody is asked`() throws {
    var run = Self.run(Self.task(Budget(toolCalls: 2)), ["a", "b", "c"].map { Self.step($0) })
    let first = run.start(now: Self.now)
    #expect(first.attempts.map(\.stepID) == ["a", "b"])
    #expect(run.attemptEnded("a", Self.fine, now: Self.now, chance: 0).attempts.isEmpty)
    let last = run.attemptEnded("b", Self.fine, now: Self.now + .seconds(3), chance: 0)
    #expect(last.isOver && last.attempts.isEmpty)
    let wait = try #require(Self.waits(last).first)
    #expect(wait.kind == .budget && wait.stepID == nil && wait.options == ["extend", "fail"])
    #expect(wait.question == "it has made 2 of the 2 tool calls that its budget allows. Let it use more, or end it?")
    #expect(run.task.state == .waiting)
    #expect(Self.usage(run) == Usage(wallMs: 3000, toolCalls: 2))
    #expect(last.batch?.events.map(\.kind.rawValue).suffix(2) == ["approval.requested", "task.waiting"])
  }

  private static func asked(_ decision: String, _ value: JSONValue? = nil, kind: WaitKind = .budget) -> Wait {
    var wait = Wait(
      id: "wait_1", taskID: id, kind: kind, question: "more?", requestedAt: now,
      answer: WaitAnswer(decision: decision, value: value, by: "ann", at: now))
    wait.revision = 2
    return wait
  }

  private static let done = StepRecord(
    taskID: id, stepID: "a", state: .completed, attempt: 1,
    intent: StepIntent(tool: ToolName(tool: "a"), arguments: [:], idempotencyKey: "k", effect: .idempotent))

  @Test func `more is granted once, and the task goes on`() {
    let steps = [Self.step("a"), Self.step("b"), Self.step("c")]
    let news = [WaitNews(Self.asked("extend", ["toolCalls": 1]))]
    var run = Self.run(
      Self.task(Budget(toolCalls: 1)), steps, records: [Self.done], news: news)
    let turn = run.start(now: Self.now)
    #expect(turn.attempts.map(\.stepID) == ["b"])
    #expect(run.task.budget == Budget(toolCalls: 2).json)
    #expect(turn.batch?.changes.contains(.updateTask(run.task)) == true)
    #expect(Self.waits(turn).map(\.isApplied) == [true])
    #expect(turn.batch?.preconditions.contains(.documentRevision(.wait, "wait_1", 2)) == true)
    // The next life finds it taken in.
    var applied = news
    applied[0].wait.isApplied = true
    var next = Self.run(Self.task(Budget(toolCalls: 2)), steps, records: [Self.done], news: applied)
    _ = next.start(now: Self.now)
    #expect(next.task.budget == Budget(toolCalls: 2).json)
  }

  @Test func `whoever gives no more ends the task`() {
    var run = Self.run(
      Self.task(Budget(toolCalls: 1)), [Self.step("a"), Self.step("b")], records: [Self.done],
      news: [WaitNews(Self.asked("fail"))])
    let turn = run.start(now: Self.now)
    #expect(turn.isOver)
    #expect(run.task.state == .failed)
    #expect(run.task.reason?.kind == "budget_exceeded")
    #expect(run.task.reason?.message == "ann gave it no more: more?")
  }

  @Test func `a question that is open is not asked again`() {
    var open = Self.asked("")
    open.answer = nil
    open.revision = 1
    var run = Self.run(
      Self.task(Budget(toolCalls: 1)), [Self.step("a"), Self.step("b")], records: [Self.done], news: [WaitNews(open)])
    let turn = run.start(now: Self.now)
    #expect(turn.isOver && run.task.state == .waiting)
    #expect(Self.waits(turn) == [])
    #expect(turn.batch?.preconditions.contains(.documentRevision(.wait, "wait_1", 1)) == true)
  }

  @Test func `time that has been used up lets no further call begin`() {
    var run = Self.run(Self.task(Budget(wallMs: 1000)), [Self.step("a"), Self.step("b", needs: ["a"])])
    _ = run.start(now: Self.now)
    let turn = run.attemptEnded("a", Self.fine, now: Self.now + .seconds(2), chance: 0)
    #expect(turn.attempts.isEmpty && run.task.state == .waiting)
  }

  @Test func `a child gets what is left, and what it used is its parent's`() throws {
    let child = ChildPlan(
      document: [:], plan: Plan(title: "c", steps: [Self.step("x")]), inputs: [:],
      budget: Budget(toolCalls: 50, tokens: 9))
    let steps = [Self.step("a"), Step(id: "k", work: .plan(child), dependencies: ["a"])]
    var run = Self.run(Self.task(Budget(toolCalls: 10)), steps, records: [Self.done])
    let turn = run.start(now: Self.now)
    let made = (turn.batch?.changes ?? []).compactMap { if case .insertTask(let task) = $0 { task } else { nil } }
    #expect(made.map(\.budget) == [Budget(toolCalls: 9, tokens: 9).json])

    var ended = try #require(made.first)
    ended.state = .completed
    ended.usage = Usage(wallMs: 70, toolCalls: 4).json
    var wait = try #require(turn.opened.first)
    wait.answer = WaitAnswer(decision: "ended", by: ended.id.text, at: Self.now)
    let waiting = StepRecord(taskID: Self.id, stepID: "k", state: .waiting, attempt: 1)
    var next = Self.run(
      Self.task(Budget(toolCalls: 10), usage: run.task.usage), steps, records: [Self.done, waiting],
      news: [WaitNews(wait, child: ended)])
    _ = next.start(now: Self.now)
    #expect(Self.usage(next) == Usage(wallMs: 70, toolCalls: 5))
    #expect(next.task.usage?["children"] == Usage(wallMs: 70, toolCalls: 4).json)
    // What is written down is read again as it was.
    #expect(UsageMeter(json: next.task.usage, calls: 1).json == next.task.usage)
  }

  @Test func `a task that goes round in circles is held, and goes on or ends as somebody says`() throws {
    var detector = LoopDetector(LoopDetector.Limits(identicalCalls: 2))
    let call = LoopCall(tool: "a", arguments: [:], result: "x", isError: false)
    _ = detector.note(call)
    let found = detector.note(call)
    let verdict = try #require(found)
    let steps = [Self.step("a"), Self.step("b", needs: ["a"])]
    var run = Self.run(Self.task(nil), steps)
    _ = run.start(now: Self.now)
    run.looped(verdict)
    let turn = run.attemptEnded("a", Self.fine, now: Self.now, chance: 0)
    #expect(turn.isOver && run.task.state == .waiting)
    #expect(Self.waits(turn).map(\.kind) == [.loop])
    var again = Self.run(
      Self.task(nil), steps, records: [Self.done], news: [WaitNews(Self.asked("continue", kind: .loop))])
    #expect(again.start(now: Self.now).attempts.map(\.stepID) == ["b"])
    var ended = Self.run(
      Self.task(nil), steps, records: [Self.done], news: [WaitNews(Self.asked("fail", kind: .loop))])
    _ = ended.start(now: Self.now)
    #expect(ended.task.reason?.kind == TaskReason.loop)
  }

  @Test func `a crash loses no call`() {
    let meter = UsageMeter(json: Usage(wallMs: 5, toolCalls: 1).json, calls: 3)
    #expect(meter.total == Usage(wallMs: 5, toolCalls: 3))
    #expect(UsageMeter(json: nil, calls: 0).total == Usage())
  }
}
