/// Parameters of `pause_queue`.
package struct PauseQueueParams: Sendable, Hashable {
  package var taskClass: String?
  package var until: String?

  package init() {}

  package static let shape = Shape(
    "PauseQueueParams", Self.init,
    .optional("class", \.taskClass, .string, "Only this queue class; without it the whole queue."),
    .optional("until", \.until, .string, "Resume by itself at this moment (RFC 3339)."))
}

/// Parameters of `resume_queue` and `queue_stats`.
package struct QueueClassParams: Sendable, Hashable {
  package var taskClass: String?

  package init() {}

  package static let shape = Shape(
    "QueueClassParams", Self.init,
    .optional("class", \.taskClass, .string, "Only this queue class; without it the whole queue."))
}

/// Parameters of `clear_queue`.
package struct ClearQueueParams: Sendable, Hashable {
  package var taskClass: String?
  package var state: String?

  package init() {}

  package static let shape = Shape(
    "ClearQueueParams", Self.init,
    .optional("class", \.taskClass, .string, "Only this queue class; without it the whole queue."),
    .optional("state", \.state, .oneOf(["queued", "scheduled"]), "Only tasks in this state; both unless given."))
}

/// Parameters of `drain_queue`.
package struct DrainQueueParams: Sendable, Hashable {
  package var taskClass: String?
  package var until: String?
  package var limit: Int?

  package init() {}

  package static let shape = Shape(
    "DrainQueueParams", Self.init,
    .optional("class", \.taskClass, .string, "Only this queue class; without it the whole queue."),
    .optional("until", \.until, .string, "Take tasks in again from this moment on (RFC 3339)."),
    .optional("limit", \.limit, .integer(1...500), "Tasks that are taken out by this call; 100 unless given."))
}

/// Parameters of `set_queue_weights`.
package struct QueueWeightsParams: Sendable, Hashable {
  package var weights: JSONObject = [:]

  package init() {}

  package static let shape = Shape(
    "QueueWeightsParams", Self.init,
    .required("weights", \.weights, .object, "Weights from 1 to 1000000 by fairness key, at most 1000."))
}

/// Parameters of `set_queue_limits`.
package struct QueueLimitsParams: Sendable, Hashable {
  package var taskClass = ""
  package var maxConcurrent: Int?
  package var ratePerMinute: Int?
  package var burst: Int?
  package var maxQueued: Int?
  package var maxBytes: Int?

  package init() {}

  package static let shape = Shape(
    "QueueLimitsParams", Self.init,
    .required("class", \.taskClass, .string, "The queue class."),
    .optional(
      "maxConcurrent", \.maxConcurrent, .integer(0...1024),
      "Tasks of the class that run at once; 0 goes back to the configuration's."),
    .optional(
      "ratePerMinute", \.ratePerMinute, .integer(0...60_000_000),
      "Tasks that begin in a minute, on the average; 0 as above."),
    .optional("burst", \.burst, .integer(0...1_000_000), "Tasks that may begin at once after a pause; 0 as above."),
    .optional("maxQueued", \.maxQueued, .integer(0...10_000_000), "Tasks that may wait; 0 as above."),
    .optional("maxBytes", \.maxBytes, .integer(0...(1 << 50)), "Bytes of the tasks that wait; 0 as above."))
}
