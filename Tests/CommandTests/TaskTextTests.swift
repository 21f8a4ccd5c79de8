import SCRCommand
import SCRProtocol
import SCRRuntime
import Testing

@Suite struct TaskTextTests {
  private static let begin = Timestamp(milliseconds: 1_700_000_000_000)

  private static func task(_ state: TaskState, _ reason: TaskReason? = nil) -> AgentTask {
    var task = AgentTask(id: TaskID("task_1"), title: "Report\u{1B}[2J", state: state, createdAt: begin)
    task.reason = reason
    if state.isFinal { task.endedAt = begin + .milliseconds(1234) }
    return task
  }

  @Test func `The end of a task becomes the exit code of interface.md`() {
    #expect(TaskText.exit(Self.task(.completed)) == .success)
    #expect(TaskText.exit(Self.task(.failed, TaskReason(kind: TaskReason.stepFailed, message: "x"))) == .failed)
    #expect(TaskText.exit(Self.task(.failed, TaskReason(.timeout, "x"))) == .timedOut)
    #expect(TaskText.exit(Self.task(.dead)) == .failed)
    #expect(TaskText.exit(Self.task(.waiting)) == .failed)
    #expect(TaskText.exit(Self.task(.cancelled)) == .cancelled)
    #expect(TaskText.exit(Self.task(.cancelled), signal: 2) == .signal(2))
    #expect(TaskText.exit(Self.task(.completed), signal: 2) == .success)
  }

  @Test func `A list shows no control characters of a title`() {
    #expect(
      TaskText.list([Self.task(.completed), Self.task(.queued)]) == """
        TASK    STATE      CREATED                   TITLE
        task_1  completed  2023-11-14T22:13:20.000Z  Report[2J
        task_1  queued     2023-11-14T22:13:20.000Z  Report[2J
        """)
    #expect(TaskText.list([]) == "no tasks")
  }

  @Test func `A summary counts the calls and tells the reason and what to do`() {
    var step = StepRecord(taskID: TaskID("task_1"), stepID: "list", state: .failed, attempt: 3)
    step.intent = StepIntent(
      tool: ToolName(qualified: "filesystem.list_directory"), arguments: [:], idempotencyKey: "k", effect: .readOnly)
    let reason = TaskReason(kind: TaskReason.stepFailed, message: "the step list failed", hint: "look at it")
    #expect(
      TaskText.summary(TaskSnapshot(task: Self.task(.failed, reason), steps: [step])) == """
        task_1 failed in 1.2 s: 3 calls (filesystem)
        step_failed: the step list failed
          hint: look at it
        """)
  }

  @Test func `Results that are text are written as they are, others as JSON`() {
    #expect(TaskText.result("a\nb") == "a\nb")
    #expect(TaskText.result(["a": 1]) == #"{"a":1}"#)
    #expect(TaskText.result(.null) == nil)
    #expect(TaskText.result(nil) == nil)
  }
}
