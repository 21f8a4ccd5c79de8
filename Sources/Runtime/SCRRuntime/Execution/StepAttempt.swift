import SCRProtocol

/// One try of a step, after its intent has been committed.
package struct StepAttempt: Sendable {
  package let stepID: String
  package let number: Int
  package let call: ToolCall

  package init(stepID: String, number: Int, call: ToolCall) {
    self.stepID = stepID
    self.number = number
    self.call = call
  }
}

/// How an attempt ended.
package enum AttemptOutcome: Sendable {
  /// The tool answered; its own failure is an answer with `isError`.
  case answered(ToolResult)
  case failed(ToolError)
  /// It was cancelled from our side; whether the call took effect is unknown.
  case interrupted
  /// It was told to stop and went on. It is left behind; what it still says is refused.
  case stuck
}
