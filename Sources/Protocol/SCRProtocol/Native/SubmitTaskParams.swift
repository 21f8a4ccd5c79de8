/// Parameters of `submit_task` (interface.md §3).
package struct SubmitTaskParams: Sendable, Hashable {
  package var goal: String?
  package var plan: JSONValue?
  package var inputs: JSONObject?
  package var title: String?
  package var priority: JSONValue?
  package var taskClass: String?
  package var key: String?
  package var weight: Int?
  package var idempotencyKey: String?
  package var uniqueKey: String?
  package var retry: JSONValue?
  package var runAt: String?
  package var deadline: String?
  package var budget: JSONObject?
  package var context: TaskContextParams?
  package var wait: Bool?
  package var timeoutMs: Int?

  package init() {}

  static let prioritySchema: JSONObject = [
    "anyOf": [["enum": ["high", "normal", "low"]], ["type": "integer", "minimum": 1, "maximum": 5]]
  ]

  static let retrySchema: JSONObject = [
    "type": "object",
    "properties": [
      "attempts": ["type": "integer", "minimum": 1, "maximum": 100],
      "backoffMs": ["type": "integer", "minimum": 0, "maximum": 86_400_000],
      "jitter": ["type": "number", "minimum": 0, "maximum": 1],
    ],
    "required": ["attempts"], "additionalProperties": false,
  ]

  package static let shape = Shape(
    "SubmitTaskParams", Self.init,
    .optional("goal", \.goal, .string, "What should be achieved, in plain words. Give this or a plan."),
    .optional("plan", \.plan, .any(["type": "object"]), "The steps, as in a plan file. Give this or a goal."),
    .optional("inputs", \.inputs, .object, "Values for the plan's inputs."),
    .optional("title", \.title, .string, "A short name for lists."),
    .optional(
      "priority", \.priority, .any(prioritySchema),
      "How urgent it is: high, normal, low, or 1 (most urgent) to 5."),
    .optional("class", \.taskClass, .string, "The queue class."),
    .optional("key", \.key, .string, "Tasks with the same key share one fair portion of the queue."),
    .optional("weight", \.weight, .integer(1...1_000_000), "The weight that the key has from now on."),
    .optional(
      "idempotencyKey", \.idempotencyKey, .string, "Submitting again with the same key gives the first task."),
    .optional(
      "uniqueKey", \.uniqueKey, .string,
      "While a task with this key has not ended, submitting gives that task and isRepeat."),
    .optional(
      "retry", \.retry, .any(retrySchema),
      "Run the whole task again when it fails: {attempts, backoffMs, jitter}. Completed steps are not run again."),
    .optional("runAt", \.runAt, .string, "Not before this moment (RFC 3339); one that has passed is at once."),
    .optional("deadline", \.deadline, .string, "Ends the task as timed out at this moment (RFC 3339)."),
    .optional("budget", \.budget, .object, "Limits for the whole task."),
    .optional("context", \.context, .shaped(TaskContextParams.shape), "Where the client works."),
    .optional("wait", \.wait, .bool, "Answer when the task has ended."),
    .optional(
      "timeoutMs", \.timeoutMs, .integer(0...86_400_000),
      "With wait: answer after this time even if the task has not ended."))
}

/// `context` of a submission.
package struct TaskContextParams: Sendable, Hashable {
  package var cwd: String?

  package init() {}

  package static let shape = Shape(
    "TaskContext", Self.init,
    .optional("cwd", \.cwd, .string, "The absolute folder that the client works in."))
}
