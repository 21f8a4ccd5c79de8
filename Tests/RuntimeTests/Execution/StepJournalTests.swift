import SCRProtocol
import Testing

@testable import SCRRuntime

struct StepJournalTests {
  private static let task = TaskID("task_1")
  private static let tool = ToolName(server: "s", tool: "write")
  private static let begun = Timestamp(milliseconds: 1000)
  private static let ended = Timestamp(milliseconds: 1250)

  private var journal = StepJournal(taskID: task, records: [])

  private mutating func begin(_ stepID: String = "a", attempt: Int = 1) -> ToolCall? {
    journal.begin(
      stepID, .tool(Self.tool, arguments: ["n": 1]), attempt: attempt, timeout: .seconds(3),
      effect: { _ in .idempotent }, now: Self.begun)
  }

  private static let running = StepRecord(
    taskID: task, stepID: "a", state: .running, attempt: 1,
    intent: StepIntent(tool: tool, arguments: ["n": 1], idempotencyKey: "task_1/a", effect: .idempotent),
    startedAt: begun)

  private static func event(_ kind: EventKind, _ data: JSONValue, step: String = "a") -> EventDraft {
    EventDraft(kind, taskID: task, stepID: step, data: data)
  }

  @Test mutating func `an attempt begins with its intent, and the call carries the intent's key`() {
    let call = begin()
    #expect(journal.takeChanges() == [.putStep(Self.running)])
    #expect(
      journal.takeEvents() == [
        Self.event(.stepReady, [:]), Self.event(.stepStarted, ["attempt": 1]),
        Self.event(.toolCalled, ["tool": "s.write", "attempt": 1]),
      ])
    #expect(call?.name == Self.tool)
    #expect(call?.arguments == ["n": 1])
    #expect(call?.context.taskID == Self.task)
    #expect(call?.context.stepID == "a")
    #expect(call?.context.idempotencyKey == "task_1/a")
    #expect(call?.context.timeout == .seconds(3))
  }

  @Test mutating func `what was taken is not given again`() {
    _ = begin()
    _ = (journal.takeChanges(), journal.takeEvents())
    #expect(journal.takeChanges() == [])
    #expect(journal.takeEvents() == [])
  }

  @Test mutating func `a success is one record with the value, and both events`() {
    _ = begin()
    _ = (journal.takeChanges(), journal.takeEvents())
    let result = ToolResult(text: "done")
    journal.succeeded("a", result, now: Self.ended)
    var record = Self.running
    record.state = .completed
    record.value = result.json
    record.endedAt = Self.ended
    #expect(journal.takeChanges() == [.putStep(record)])
    #expect(
      journal.takeEvents() == [
        Self.event(.toolReturned, ["tool": "s.write", "isError": false, "durationMs": 250]),
        Self.event(.stepCompleted, ["attempt": 1, "durationMs": 250]),
      ])
  }

  @Test mutating func `a further attempt keeps the key and forgets the end and the reason of the one before`() {
    _ = begin()
    let reason = TaskReason(.timeout, "late")
    journal.gaveNoAnswer("a", ToolError(.timeout, "late"), now: Self.ended)
    journal.retrying("a", next: 2, after: .milliseconds(200), reason, now: Self.ended)
    var record = Self.running
    record.state = .ready
    record.reason = reason
    record.endedAt = Self.ended
    #expect(journal.takeChanges() == [.putStep(record)])
    #expect(
      journal.takeEvents().suffix(2) == [
        Self.event(
          .toolReturned,
          ["tool": "s.write", "error": ["kind": "timeout", "message": "late"], "durationMs": 250]),
        Self.event(.stepRetrying, ["attempt": 2, "afterMs": 200, "reason": reason.json]),
      ])
    let call = begin(attempt: 2)
    record = Self.running
    record.attempt = 2
    #expect(journal.takeChanges() == [.putStep(record)])
    #expect(call?.context.idempotencyKey == "task_1/a")
  }

  @Test mutating func `the value of an attempt that failed is forgotten by the next one`() {
    _ = begin()
    journal.answered("a", ToolResult(text: "no", isError: true), now: Self.ended)
    _ = begin()
    #expect(journal.records == [Self.running])
  }

  @Test mutating func `a denied call is told as such`() {
    _ = begin()
    _ = journal.takeEvents()
    journal.gaveNoAnswer("a", ToolError(.denied, "not allowed"), now: Self.ended)
    #expect(journal.takeEvents().map(\.kind) == [.toolDenied])
  }

  @Test mutating func `a failure keeps the moment at which its call ended`() {
    _ = begin()
    journal.answered("a", ToolResult(text: "no", isError: true), now: Self.ended)
    let reason = TaskReason(kind: TaskReason.toolFailed, message: "no")
    journal.failed("a", reason, now: Self.ended + .seconds(1))
    var record = Self.running
    record.state = .failed
    record.value = ToolResult(text: "no", isError: true).json
    record.reason = reason
    record.endedAt = Self.ended
    #expect(journal.records == [record])
    #expect(journal.takeEvents().last == Self.event(.stepFailed, ["reason": reason.json]))
  }

  @Test mutating func `steps that never began get their end as well`() {
    let reason = TaskReason(.cancelled, "x")
    journal.skipped("a", reason, now: Self.ended)
    journal.cancelled(["b"], now: Self.ended)
    let wanted = [
      StepRecord(taskID: Self.task, stepID: "a", state: .skipped, reason: reason, endedAt: Self.ended),
      StepRecord(
        taskID: Self.task, stepID: "b", state: .cancelled,
        reason: TaskReason(.cancelled, "the task ended before the step did", stepID: "b"), endedAt: Self.ended),
    ]
    #expect(journal.takeChanges() == wanted.map { .putStep($0) })
    #expect(journal.takeEvents() == [Self.event(.stepSkipped, ["reason": reason.json])])
  }

  @Test mutating func `a step that waits says for what, and one that is asked about is asked about in the same commit`()
  {
    let wait = Wait(
      id: "wait_1", taskID: Self.task, stepID: "w", kind: .approval, question: "go on?", options: ["yes", "no"],
      dueAt: Self.ended, requestedAt: Self.begun)
    journal.waits("w", for: wait, attempt: 1, now: Self.begun)
    #expect(
      journal.takeChanges() == [
        .putStep(
          StepRecord(
            taskID: Self.task, stepID: "w", state: .waiting, attempt: 1, reason: wait.reason, startedAt: Self.begun))
      ])
    #expect(
      journal.takeEvents() == [
        Self.event(.stepReady, [:], step: "w"),
        Self.event(
          .stepWaiting,
          ["waitId": "wait_1", "kind": "approval", "attempt": 1, "dueAt": "1970-01-01T00:00:01.250Z"], step: "w"),
        Self.event(.approvalRequested, wait.json, step: "w"),
      ])
    journal.waited("w", ["text": "yes"], now: Self.ended)
    #expect(
      journal.takeChanges() == [
        .putStep(
          StepRecord(
            taskID: Self.task, stepID: "w", state: .completed, attempt: 1, value: ["text": "yes"],
            startedAt: Self.begun, endedAt: Self.ended))
      ])
    #expect(
      journal.takeEvents() == [Self.event(.stepCompleted, ["attempt": 1, "durationMs": 250], step: "w")])
  }

  @Test mutating func `a worker that was left behind is told of`() {
    _ = begin()
    _ = journal.takeEvents()
    journal.stuck("a", now: Self.ended)
    #expect(journal.records.map(\.state) == [.cancelled])
    #expect(journal.records.first?.reason?.kind == TaskReason.stuck)
    #expect(
      journal.takeEvents() == [Self.event(.agentStuck, ["agent": "worker", "tool": "s.write"])])
  }

  @Test func `records of an earlier life keep their order and are not written again`() {
    let records = ["b", "a"].map { StepRecord(taskID: Self.task, stepID: $0, state: .completed) }
    var journal = StepJournal(taskID: Self.task, records: records)
    #expect(journal.records == records)
    #expect(journal.takeChanges() == [])
  }

  @Test mutating func `work that no tool does has no intent`() {
    let call = journal.begin(
      "a", .agent(.writer, goal: "g"), attempt: 1, timeout: nil, effect: { _ in .unknown }, now: Self.begun)
    #expect(call == nil)
    #expect(journal.records == [])
  }
}
