/// Parameters of `list_approvals`.
package struct ListApprovalsParams: Sendable, Hashable {
  package var taskID: String?
  package var open: Bool?
  package var cursor: String?
  package var limit: Int?

  package init() {}

  package static let shape = Shape(
    "ListApprovalsParams", Self.init,
    .optional("taskId", \.taskID, .string, "Only what this task asks."),
    .optional("open", \.open, .bool, "Only what nobody has answered yet (true, the default), or only the rest."),
    .optional("cursor", \.cursor, .string, "Go on where the list before ended: its nextCursor."),
    .optional("limit", \.limit, .integer(1...500), "How many, 100 unless given."))
}

/// Parameters of `answer_approval`.
package struct AnswerApprovalParams: Sendable, Hashable {
  package var approvalID = ""
  package var decision: String?
  package var value: JSONValue?
  package var by: String?

  package init() {}

  package static let shape = Shape(
    "AnswerApprovalParams", Self.init,
    .required("approvalId", \.approvalID, .string, "What is answered, from list_approvals."),
    .optional("decision", \.decision, .string, "One of its options, such as approve or reject."),
    .optional("value", \.value, .any([:]), "The value that is asked for, or a note to the decision."),
    .optional("by", \.by, .string, "Who answers, for others to see."))
}

/// Parameters of `send_event`.
package struct SendEventParams: Sendable, Hashable {
  package var name = ""
  package var key: String?
  package var payload: JSONValue?
  package var taskID: String?
  package var by: String?

  package init() {}

  package static let shape = Shape(
    "SendEventParams", Self.init,
    .required("name", \.name, .string, "Which event it is, as steps name it that wait for it."),
    .optional("key", \.key, .string, "Tells events of one name apart."),
    .optional("payload", \.payload, .any([:]), "What the steps get as their value."),
    .optional("taskId", \.taskID, .string, "Only for this task; kept for it until a step of it waits."),
    .optional("by", \.by, .string, "Who sends it, for others to see."))
}

/// Parameters of `revise_plan`.
package struct RevisePlanParams: Sendable, Hashable {
  package var taskID = ""
  package var plan: JSONValue = .null
  package var planRevision: Int?
  package var by: String?

  package init() {}

  package static let shape = Shape(
    "RevisePlanParams", Self.init,
    .required("taskId", \.taskID, .string, "A task that has not ended."),
    .required("plan", \.plan, .any(["type": "object"]), "The new plan, as in a plan file."),
    .optional(
      "planRevision", \.planRevision, .integer(0...(1 << 50)),
      "Only if the plan was revised so often before, as get_task tells; otherwise conflict."),
    .optional("by", \.by, .string, "Who wants it, for others to see."))
}
