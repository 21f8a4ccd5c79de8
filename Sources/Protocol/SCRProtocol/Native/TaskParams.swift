/// Parameters of `get_task`.
package struct GetTaskParams: Sendable, Hashable {
  package var taskID = ""
  package var wait: Bool?
  package var timeoutMs: Int?
  package var since: Int?
  package var history: Bool?

  package init() {}

  package static let shape = Shape(
    "GetTaskParams", Self.init,
    .required("taskId", \.taskID, .string, "The id that submit_task gave."),
    .optional("wait", \.wait, .bool, "Answer when the task has ended."),
    .optional("timeoutMs", \.timeoutMs, .integer(0...86_400_000), "With wait: the longest wait."),
    .optional("since", \.since, .integer(0...(1 << 53)), "With wait: answer as soon as an event follows this one."),
    .optional("history", \.history, .bool, "Tell the states that the task went through, from the event log."))
}

/// Parameters of `list_tasks`.
package struct ListTasksParams: Sendable, Hashable {
  package var state: String?
  package var taskClass: String?
  package var cursor: String?
  package var limit: Int?

  package init() {}

  package static let shape = Shape(
    "ListTasksParams", Self.init,
    .optional(
      "state", \.state,
      .oneOf(["scheduled", "queued", "running", "waiting", "completed", "failed", "cancelled", "dead"]),
      "Only tasks in this state."),
    .optional("class", \.taskClass, .string, "Only tasks of this queue class."),
    .optional("cursor", \.cursor, .string, "nextCursor of the page before."),
    .optional("limit", \.limit, .integer(1...500), "Tasks per page; 50 unless given."))
}

/// Parameters of `cancel_task`.
package struct TaskIDParams: Sendable, Hashable {
  package var taskID = ""

  package init() {}

  package static let shape = Shape(
    "TaskIDParams", Self.init, .required("taskId", \.taskID, .string, "The id that submit_task gave."))
}

/// Parameters of `stream`.
package struct StreamParams: Sendable, Hashable {
  package var taskID: String?
  package var since: Int?
  package var kinds: [String]?
  package var follow: Bool?

  package init() {}

  package static let shape = Shape(
    "StreamParams", Self.init,
    .optional("taskId", \.taskID, .string, "Only events of this task; the stream ends with it."),
    .optional(
      "since", \.since, .integer(0...(1 << 53)),
      "Begin after this sequence number. Without it: a task's events from its first; otherwise only new ones."),
    .optional("kinds", \.kinds, .array(of: .string), "Only these kinds of events."),
    .optional("follow", \.follow, .bool, "False: give what is stored and end. True unless given."))
}

/// Parameters of `execute_tool`.
package struct ExecuteToolParams: Sendable, Hashable {
  package var name = ""
  package var arguments: JSONObject?
  package var context: ToolContextParams?

  package init() {}

  package static let shape = Shape(
    "ExecuteToolParams", Self.init,
    .required("name", \.name, .string, "The tool, as server.tool or in its wire form."),
    .optional("arguments", \.arguments, .object, "What the tool's input schema asks for."),
    .optional("context", \.context, .shaped(ToolContextParams.shape), "On whose behalf, and for how long."))
}

/// `context` of a tool call.
package struct ToolContextParams: Sendable, Hashable {
  package var traceID: String?
  package var timeoutMs: Int?

  package init() {}

  package static let shape = Shape(
    "ToolContext", Self.init,
    .optional("traceId", \.traceID, .string, "The trace that the call belongs to; a new one unless given."),
    .optional("timeoutMs", \.timeoutMs, .integer(1...86_400_000), "The longest time that the call may take."))
}

/// Parameters of methods that take none.
package struct NoParams: Sendable, Hashable {
  package init() {}
  package static let shape = Shape("NoParams", Self.init)
}
