import SCRProtocol

/// Turns a submission into a checked plan: reads the plan that came with it, or asks a model for one.
package enum Planner {
  /// - Throws: `invalid_params`, `invalid_plan` with every problem, `model_unavailable` for goals.
  package static func plan(_ submission: TaskSubmission) throws(RuntimeError) -> Plan {
    switch (submission.plan, submission.goal) {
    case (.some, .some):
      throw RuntimeError(.invalidParams, "a task has a goal or a plan, not both", path: "goal")
    case (nil, nil):
      throw RuntimeError(.invalidParams, "a task needs a goal or a plan", path: "plan")
    case (let document?, nil): return try parse(document, submission.planSource)
    case (nil, .some): throw noModel
    }
  }

  /// The plan of an accepted task; it was checked at its submission.
  static func plan(of task: AgentTask) throws(RuntimeError) -> Plan {
    guard let document = task.plan else { throw noModel }
    return try parse(document, SourceMap())
  }

  private static func parse(_ document: JSONValue, _ source: SourceMap) throws(RuntimeError) -> Plan {
    do throws(PlanError) { return try PlanParser.parse(document, source: source) } catch { throw RuntimeError(error) }
  }

  private static let noModel = RuntimeError(
    .modelUnavailable, "a goal in plain words needs a model, and none is configured",
    hint: "submit a plan instead; scr plan check FILE tells whether it is good", path: "goal")
}

extension RuntimeError {
  package init(_ error: PlanError) {
    let first = error.problems.first
    self.init(
      error.kind == .notFound ? .invalidPlan : error.kind, error.description,
      hint: error.problems.count == 1 ? first?.hint : nil,
      path: first.map { $0.path.isEmpty ? "plan" : "plan.\($0.path)" }, cause: error)
  }
}
