import SCRProtocol

/// Another plan for a task that runs, on its way to whoever runs it.
final class RevisionRequest: Sendable {
  enum Answer: Sendable {
    /// It is written down.
    case taken
    case refused(RuntimeError)
    /// The run had something else to do, or is over: the task is to be looked at again.
    case lookAgain
  }

  let document: JSONValue
  /// The document, checked.
  let plan: Plan
  let by: String
  /// How often the plan may have been revised before.
  let expected: Int64?
  let answer = OneShot<Answer>()

  init(_ document: JSONValue, _ plan: Plan, by: String, _ expected: Int64? = nil) {
    self.document = document
    self.plan = plan
    self.by = by
    self.expected = expected
  }
}
