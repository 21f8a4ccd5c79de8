/// Parameters of `steer_task`.
package struct SteerTaskParams: Sendable, Hashable {
  package var taskID = ""
  package var message = ""
  package var stepID: String?
  package var followUp: Bool?
  package var by: String?

  package init() {}

  package static let shape = Shape(
    "SteerTaskParams", Self.init,
    .required("taskId", \.taskID, .string, "A task that has not ended."),
    .required("message", \.message, .string, "What its agents are to know or do; 16 KiB at most."),
    .optional("stepId", \.stepID, .string, "The agent step that is to hear it; whichever comes first unless given."),
    .optional(
      "followUp", \.followUp, .bool, "Only an agent that begins is to hear it, so that nobody at work is disturbed."),
    .optional("by", \.by, .string, "Who says it."))
}
