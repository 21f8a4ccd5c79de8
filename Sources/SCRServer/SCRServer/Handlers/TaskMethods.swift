import SCRProtocol
import SCRRuntime

extension NativeMethod {
  /// The methods about tasks.
  static func tasks(_ verbs: TaskVerbs) -> [NativeMethod] {
    [
      NativeMethod(
        "submit_task", TaskVerbSummary.submit, SubmitTaskParams.shape,
        gives: NativeResult("Submitted", "Task", "WaitTimedOut"), mayWait: NativeMethod.waitMember
      ) {
        params, request in
        try await verbs.submit(params) { id in
          // A waiting client wants to see the events before the answer; it is told the id by them.
          if params.wait != true { request.holds.hold(id, until: request.id) }
        }
      },
      NativeMethod(
        "get_task", TaskVerbSummary.get, GetTaskParams.shape, gives: NativeResult("Task"),
        mayWait: NativeMethod.waitMember
      ) {
        params, _ in
        try await verbs.get(params)
      },
      NativeMethod("list_tasks", TaskVerbSummary.list, ListTasksParams.shape, gives: NativeResult("TaskPage")) {
        params, _ in
        try await verbs.list(params)
      },
      NativeMethod("cancel_task", TaskVerbSummary.cancel, TaskIDParams.shape, gives: NativeResult("Task")) {
        params, _ in
        try await verbs.cancel(params)
      },
      NativeMethod(
        "steer_task", "Says something to a task's agents, which hear it before the next turn of their model.",
        SteerTaskParams.shape, gives: NativeResult("Steered")
      ) { params, _ in
        let id = try await verbs.runtime.steer(
          TaskID(params.taskID), params.message, stepID: params.stepID, isFollowUp: params.followUp ?? false,
          by: params.by ?? "client")
        return ["taskId": .string(params.taskID), "messageId": .string(id)]
      },
      NativeMethod(
        "explain_task", "Tells why a task is where it is.", TaskIDParams.shape, gives: NativeResult("Explanation")
      ) { params, _ in
        try await verbs.runtime.explain(TaskID(params.taskID)).json
      },
      NativeMethod("retry_task", TaskVerbSummary.retry, RetryTaskParams.shape, gives: NativeResult("Task", "RetryPage"))
      { params, request in
        try await verbs.retry(params) { id in request.holds.hold(id, until: request.id) }
      },
    ]
  }
}

/// What the verbs do, in words for people and for models.
enum TaskVerbSummary {
  static let submit = """
    Submits a task: a plan of steps, or a goal in plain words, that the runtime works off durably. Answers with its id as soon as it is \
    stored, or with the whole task once it has ended if wait is true.
    """
  static let get = "Gives a task with its steps, result and provenance; with wait, once it has ended."
  static let list = "Lists tasks, newest first."
  static let cancel = "Cancels a task down to its running tool calls and gives it as it ended."
  static let retry = """
    Submits tasks that have ended once more, with other inputs or another plan if need be: one, several, or all in a \
    state.
    """
  static let status = "Tells what the runtime is doing: counts of tasks, tool servers, durability."
}
