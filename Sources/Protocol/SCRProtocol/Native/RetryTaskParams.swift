/// Parameters of `retry_task`: one task by its id, several by their ids, or those in a final state.
package struct RetryTaskParams: Sendable, Hashable {
  package var taskID: String?
  package var taskIDs: [String]?
  package var state: String?
  package var taskClass: String?
  package var before: String?
  package var cursor: String?
  package var limit: Int?
  package var inputs: JSONObject?
  package var plan: JSONValue?
  package var priority: JSONValue?
  package var newClass: String?
  package var runAt: String?
  package var from: String?

  package init() {}

  package static let shape = Shape(
    "RetryTaskParams", Self.init,
    .optional("taskId", \.taskID, .string, "The task; the answer is the new one."),
    .optional("taskIds", \.taskIDs, .array(of: .string), "Up to 500 tasks; the answer lists what became of each."),
    .optional(
      "state", \.state, .oneOf(["dead", "failed", "cancelled", "completed"]),
      "All tasks in this state that were not retried yet, page by page."),
    .optional("class", \.taskClass, .string, "With state: only tasks of this queue class."),
    .optional("before", \.before, .string, "With state: only tasks that ended before this moment (RFC 3339)."),
    .optional("cursor", \.cursor, .string, "With state: nextCursor of the answer before."),
    .optional("limit", \.limit, .integer(1...500), "With state: tasks that are looked at; 100 unless given."),
    .optional("inputs", \.inputs, .object, "Inputs of the new tasks, by name over the old ones."),
    .optional("plan", \.plan, .any(["type": "object"]), "The plan of the new tasks instead of the old one."),
    .optional("priority", \.priority, .any(SubmitTaskParams.prioritySchema), "The priority of the new tasks."),
    .optional("newClass", \.newClass, .string, "The queue class of the new tasks."),
    .optional("runAt", \.runAt, .string, "The new tasks begin not before this moment (RFC 3339)."),
    .optional(
      "from", \.from, .string,
      "With taskId: the step to begin with; what completed and does not need it is taken over and not run again."))
}
