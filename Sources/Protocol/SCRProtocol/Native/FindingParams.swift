/// Parameters of `add_finding`.
package struct AddFindingParams: Sendable, Hashable {
  package var taskID = ""
  package var value = JSONValue.null
  package var stepID: String?
  package var source: String?

  package init() {}

  package static let shape = Shape(
    "AddFindingParams", Self.init,
    .required("taskId", \.taskID, .string, "The task that it was found for."),
    .required("value", \.value, .any([:]), "What was found: a text or any JSON, up to 16 KiB."),
    .optional("stepId", \.stepID, .string, "The step that found it."),
    .optional("source", \.source, .string, "Who or what found it."))
}

/// Parameters of `list_findings`.
package struct ListFindingsParams: Sendable, Hashable {
  package var taskID = ""
  package var newestFirst: Bool?
  package var cursor: String?
  package var limit: Int?

  package init() {}

  package static let shape = Shape(
    "ListFindingsParams", Self.init,
    .required("taskId", \.taskID, .string, "A task; its parents' and children's findings are among them."),
    .optional("newestFirst", \.newestFirst, .bool, "The newest first; otherwise the oldest."),
    .optional("cursor", \.cursor, .string, "nextCursor of the page before."),
    .optional("limit", \.limit, .integer(1...100), "Findings per page; 50 unless given."))
}
