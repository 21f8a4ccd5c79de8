/// Judges a task's outcome by what its plan expects.
package enum Critic {
  /// - Returns: nil if every expectation holds.
  package static func objection(to expectations: [Expectation], in scope: TemplateScope) -> TaskReason? {
    let failed = ExpectationCheck.verdicts(of: expectations, in: scope).filter { !$0.passed }
    guard !failed.isEmpty else { return nil }
    return TaskReason(
      kind: TaskReason.expectationFailed,
      message: failed.map { "expect[\($0.index)]: \($0.message)" }.joined(separator: "; "),
      hint: "the steps themselves completed; see their values with get_task")
  }
}
