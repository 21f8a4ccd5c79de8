package import SCRProtocol

/// Why a task or step ended as it did, or is where it is: typed for scripts, told for people.
package struct TaskReason: Sendable, Hashable {
  /// The name of an ``ErrorKind`` or of one of the reasons below.
  package var kind: String
  package var message: String
  package var stepID: String?
  package var hint: String?
  /// How long whoever failed asked to be left alone.
  package var retryAfter: Duration?

  package init(kind: String, message: String, stepID: String? = nil, hint: String? = nil) {
    self.kind = kind
    self.message = message
    self.stepID = stepID
    self.hint = hint
  }

  package init(_ kind: ErrorKind, _ message: String, stepID: String? = nil, hint: String? = nil) {
    self.init(kind: kind.name, message: message, stepID: stepID, hint: hint)
  }

  /// A step failed for good; its own reason names the cause.
  package static let stepFailed = "step_failed"
  /// The critic's `expect` did not hold.
  package static let expectationFailed = "expectation_failed"
  /// A tool answered with `isError`.
  package static let toolFailed = "tool_failed"
  /// It is unknown whether an interrupted call took effect and nobody may decide (interface.md §5).
  package static let unknownOutcome = "unknown_outcome"
  /// It waited in a queue that was cleared, or drained.
  package static let cleared = "cleared"
  package static let drained = "drained"
  /// A step it needs did not complete.
  package static let dependencyFailed = "dependency_failed"
  /// It waits for an answer, an event, a moment or a child task.
  package static let waiting = "waiting"
  /// It went round in circles.
  package static let loop = "loop"
  /// An agent came to no answer within the turns that it has.
  package static let turnLimit = "turn_limit"
  /// The critic did not let the outcome of a goal pass.
  package static let reviewFailed = "review_failed"
  /// Somebody did not approve of it.
  package static let rejected = "rejected"
  /// Its worker went on although it was told to stop; it was left behind, and whatever it still says is refused.
  package static let stuck = "stuck"

  package var json: JSONValue {
    var fields: JSONObject = ["kind": .string(kind), "message": .string(message)]
    fields["stepId"] = stepID.map { .string($0) }
    fields["hint"] = hint.map { .string($0) }
    fields["retryAfterMs"] = retryAfter.map { .integer($0.milliseconds) }
    return .object(fields)
  }

  package init?(json: JSONValue) {
    guard let kind = json["kind"]?.stringValue, let message = json["message"]?.stringValue else { return nil }
    self.init(kind: kind, message: message, stepID: json["stepId"]?.stringValue, hint: json["hint"]?.stringValue)
    retryAfter = json["retryAfterMs"]?.integerValue.map { .milliseconds($0) }
  }
}
