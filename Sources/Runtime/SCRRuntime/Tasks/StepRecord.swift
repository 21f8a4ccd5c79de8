package import SCRProtocol

/// The journal of one step: intent before the effect, outcome after it.
///
/// A record with an outcome is never run again. One with an intent and no outcome belongs to a call whose effect is unknown.
package struct StepRecord: Sendable, Hashable {
  package var taskID: TaskID
  package var stepID: String
  package var state: StepState
  /// Attempts begun so far; interruptions by shutdown are not counted.
  package var attempt: Int
  package var intent: StepIntent?
  /// The step's value once it completed, in ``ToolResult/json``'s shape.
  package var value: JSONValue?
  package var reason: TaskReason?
  package var startedAt: Timestamp?
  package var endedAt: Timestamp?

  package init(
    taskID: TaskID, stepID: String, state: StepState = .pending, attempt: Int = 0, intent: StepIntent? = nil,
    value: JSONValue? = nil, reason: TaskReason? = nil, startedAt: Timestamp? = nil, endedAt: Timestamp? = nil
  ) {
    self.taskID = taskID
    self.stepID = stepID
    self.state = state
    self.attempt = attempt
    self.intent = intent
    self.value = value
    self.reason = reason
    self.startedAt = startedAt
    self.endedAt = endedAt
  }
}

/// What a step is about to do; written and committed before it is done.
package struct StepIntent: Sendable, Hashable {
  package var tool: ToolName
  package var arguments: JSONObject
  /// Stable over all attempts of this step.
  package var idempotencyKey: String
  package var effect: ToolEffect

  package init(tool: ToolName, arguments: JSONObject, idempotencyKey: String, effect: ToolEffect) {
    self.tool = tool
    self.arguments = arguments
    self.idempotencyKey = idempotencyKey
    self.effect = effect
  }
}
