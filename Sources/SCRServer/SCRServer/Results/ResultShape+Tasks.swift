import SCRProtocol
import SCRRuntime

extension ResultShape {
  /// Of the methods about tasks, events and waits.
  static let tasks: [ResultShape] = [
    ResultShape(
      "Submitted", "A task that was taken on; isRepeat where its key belonged to an earlier one.",
      .always("taskId", .text), .always("state", state), .perhaps("isRepeat", .flag)),
    ResultShape(
      "WaitTimedOut", "The task goes on; it had not ended in the time that was given.", .always("taskId", .text),
      .always("state", state), .always("timedOut", ["const": true])),
    ResultShape("Task", "A task as it is now, with its steps.", whole + times + perhapsOfWait),
    ResultShape("TaskSummary", "A task in a list.", summary + times),
    ResultShape("TaskPage", "Tasks, newest first.", [.always("tasks", .list(of: "TaskSummary"))] + damagedPage),
    ResultShape(
      "Step", "One step of a plan. `needs` and `agent` stand as the plan writes them.", .always("id", .text),
      .always("state", .word(of: StepState.self)), .perhaps("tool", .text), .perhaps("agent", true),
      .always("needs", true), .always("attempts", .count), .perhaps("reason", .shape("Reason")),
      .perhaps("childTaskId", .text), .perhaps("wait", .shape("Approval")), .perhaps("value", true),
      .perhaps("startedAt", .moment), .perhaps("endedAt", .moment), .perhaps("durationMs", .count)),
    ResultShape(
      "Reason", "Why something is as it is, in a word for scripts and a sentence for people.", .always("kind", .text),
      .always("message", .text), .perhaps("stepId", .text), .perhaps("hint", .text), .perhaps("retryAfterMs", .count)),
    ResultShape(
      "TaskUsage", "What a task and its children took.", .always("toolCalls", .count), .always("wallMs", .count),
      .perhaps("tokens", .count), .perhaps("costUSD", .decimal), .perhaps("models", .list(of: "ModelAccount"))),
    ResultShape(
      "Provenance", "Where a result came from.", .always("tools", ["type": "array", "items": .anyObject]),
      .always("servers", .names), .always("durationMs", .count),
      .perhaps("agents", ["type": "array", "items": .anyObject]), .perhaps("review", true), .perhaps("scripted", .flag),
      .perhaps("degraded", .flag)),
    ResultShape(
      "TaskParent", "The step that a child task is for.", .always("taskId", .text), .always("stepId", .text)),
    ResultShape(
      "PastEvent", "An event in a task's history.", .always("sequence", .count), .always("at", .moment),
      .always("kind", .text), .perhaps("stepId", .text), .always("data", .anyObject)),
    ResultShape(
      "Steered", "What was said is kept for the agents.", .always("taskId", .text), .always("messageId", .text)),
    ResultShape(
      "Explanation", "Why a task is where it is; what matters most first.", .always("taskId", .text),
      .always("title", .text), .always("state", state), .always("reasons", .list(of: "Cause")),
      .perhaps("children", .list(of: "Explanation"))),
    ResultShape(
      "Cause", "One reason.", .always("kind", .word(of: Explanation.Cause.Kind.self)), .always("message", .text),
      .perhaps("since", .moment), .perhaps("until", .moment), .perhaps("hint", .text)),
    ResultShape(
      "RetryPage", "What became of a retry of several tasks.", .always("retried", .list(of: "Retried")),
      .always("refused", .list(of: "RetryRefused")), .perhaps("nextCursor", .text)),
    ResultShape(
      "Retried", "A task that does another's work again.", .always("taskId", .text), .always("retryOf", .text),
      .always("state", state)),
    ResultShape(
      "RetryRefused", "A task that is not retried.", .always("taskId", .text), .always("kind", .text),
      .always("message", .text)),
    ResultShape(
      "StreamEnd", "Where a stream of events ended: nextSequence - 1 is the since to go on with.",
      .always("nextSequence", .count), .always("dropped", .count), .perhaps("firstSequence", .count)),
    ResultShape(
      "ApprovalPage", "What tasks ask, oldest first.", [.always("approvals", .list(of: "Approval"))] + Field.page),
    ResultShape(
      "Approval", "What a task asks or waits for, with its answer.", .always("approvalId", .text),
      .always("taskId", .text), .always("kind", .word(of: WaitKind.self)), .perhaps("stepId", .text),
      .perhaps("question", .text), .perhaps("options", .names), .perhaps("schema", true), .perhaps("event", .text),
      .perhaps("key", .text), .perhaps("childTaskId", .text), .perhaps("onTimeout", .text),
      .perhaps("answer", .shape("Answer")), .always("requestedAt", .moment), .perhaps("dueAt", .moment)),
    ResultShape(
      "Answer", "Who answered, when, and what.", .perhaps("decision", .text), .perhaps("value", true),
      .always("by", .text), .always("at", .moment)),
    ResultShape(
      "EventDelivery", "The waits that an event answered; kept, where it lies for one that comes.",
      .always("delivered", .names), .always("kept", .flag)),
  ]

  static let state = JSONValue.word(of: TaskState.self)

  private static let damagedPage: [Field] = Field.page + [.perhaps("damaged", .names)]

  private static let whole: [Field] = [
    .always("taskId", .text), .always("state", state), .perhaps("reason", .shape("Reason")), .always("title", .text),
    .always("plan", .objectOrNull), .always("steps", .list(of: "Step")), .perhaps("result", true),
    .always("provenance", ["anyOf": [.shape("Provenance"), ["type": "null"]]]), .perhaps("budget", .anyObject),
    .always("usage", .shape("TaskUsage")),
  ]

  private static let summary: [Field] = [
    .always("taskId", .text), .always("state", state), .perhaps("reason", .shape("Reason")), .always("title", .text),
    .always("priority", .text), .always("class", .text),
  ]

  private static let times: [Field] = [
    .always("createdAt", .moment), .always("updatedAt", .moment), .perhaps("endedAt", .moment),
    .perhaps("runAt", .moment), .perhaps("planRevision", .count), .perhaps("retryOf", .text),
    .perhaps("retriedAs", .text), .perhaps("schedule", .text), .perhaps("parent", .shape("TaskParent")),
  ]

  /// Of `get_task` alone.
  private static let perhapsOfWait: [Field] = [
    .perhaps("history", .list(of: "PastEvent")), .perhaps("timedOut", ["const": true]),
  ]
}
