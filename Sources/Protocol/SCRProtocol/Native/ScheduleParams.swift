/// Parameters of `put_schedule`.
package struct PutScheduleParams: Sendable, Hashable {
  package var name = ""
  package var cron: String?
  package var everyMs: Int?
  package var zone: String?
  package var missed: JSONValue?
  package var overlap: String?
  package var paused: Bool?
  package var task = ScheduleTaskParams()

  package init() {}

  package static let shape = Shape(
    "PutScheduleParams", Self.init,
    .required("name", \.name, .string, "Unique: letters, digits, dots, dashes and underscores, 64 at most."),
    .optional("cron", \.cron, .string, "Five fields as cron reads them, or @daily and the like. Give this or everyMs."),
    .optional("everyMs", \.everyMs, .integer(1000...31_622_400_000), "The interval. Give this or cron."),
    .optional("zone", \.zone, .string, "The time zone of cron, as Europe/Berlin; UTC unless given."),
    .optional(
      "missed", \.missed,
      .any([
        "anyOf": [
          ["enum": ["skip", "once"]],
          [
            "type": "object", "properties": ["all": ["type": "integer", "minimum": 1, "maximum": 100]],
            "required": ["all"], "additionalProperties": false,
          ],
        ]
      ]),
      "What becomes of ticks that passed while nobody was there: skip, once (unless given), or {\"all\": limit}."),
    .optional(
      "overlap", \.overlap, .oneOf(["skip", "allow"]),
      "Whether a tick is left out while an earlier task has not ended: skip (unless given) or allow."),
    .optional("paused", \.paused, .bool, "Do not begin yet."),
    .required("task", \.task, .shaped(ScheduleTaskParams.shape), "What each task is submitted with."))
}

/// `task` of a schedule.
package struct ScheduleTaskParams: Sendable, Hashable {
  package var goal: String?
  package var plan: JSONValue?
  package var inputs: JSONObject?
  package var title: String?
  package var priority: JSONValue?
  package var taskClass: String?
  package var key: String?
  package var weight: Int?
  package var budget: JSONObject?
  package var retry: JSONValue?
  package var deadlineMs: Int?

  package init() {}

  package static let shape = Shape(
    "ScheduleTask", Self.init,
    .optional("goal", \.goal, .string, "What should be achieved, in plain words. Give this or a plan."),
    .optional("plan", \.plan, .any(["type": "object"]), "The steps, as in a plan file. Give this or a goal."),
    .optional("inputs", \.inputs, .object, "Values for the plan's inputs."),
    .optional("title", \.title, .string, "A short name for lists."),
    .optional("priority", \.priority, .any(SubmitTaskParams.prioritySchema), "How urgent it is, as in submit_task."),
    .optional("class", \.taskClass, .string, "The queue class."),
    .optional("key", \.key, .string, "The fairness key."),
    .optional("weight", \.weight, .integer(1...1_000_000), "The weight of that key from each tick on."),
    .optional("budget", \.budget, .object, "What each task may use, as in submit_task."),
    .optional("retry", \.retry, .any(SubmitTaskParams.retrySchema), "How the whole task is retried."),
    .optional(
      "deadlineMs", \.deadlineMs, .integer(1...31_622_400_000), "Ends the task as timed out so long after its tick."))
}

/// Parameters of `remove_schedule`, `pause_schedule` and `resume_schedule`.
package struct ScheduleNameParams: Sendable, Hashable {
  package var name = ""

  package init() {}

  package static let shape = Shape(
    "ScheduleNameParams", Self.init, .required("name", \.name, .string, "The schedule's name."))
}
