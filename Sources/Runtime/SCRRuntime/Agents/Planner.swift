import SCRProtocol

/// Turns a submission into a checked plan: reads the plan that came with it, or asks a model for one.
package enum Planner {
  /// - Parameter hasModel: whether there is a model for goals and agent steps.
  /// - Throws: `invalid_params`, `invalid_plan` with every problem, `model_unavailable`.
  package static func plan(_ submission: TaskSubmission, hasModel: Bool = false) throws(RuntimeError) -> Plan {
    switch (submission.plan, submission.goal) {
    case (.some, .some):
      throw RuntimeError(.invalidParams, "a task has a goal or a plan, not both", path: "goal")
    case (nil, nil):
      throw RuntimeError(.invalidParams, "a task needs a goal or a plan", path: "plan")
    case (let document?, nil): return try parse(document, submission.planSource, hasModel: hasModel)
    case (nil, let goal?):
      guard hasModel else { throw noModel }
      return try parse(try document(of: goal, submission), SourceMap(), hasModel: true, isGrown: true)
    }
  }

  /// The plan document that a submission is accepted with.
  static func document(_ submission: TaskSubmission) throws(RuntimeError) -> JSONValue? {
    guard let goal = submission.goal else { return submission.plan }
    return try document(of: goal, submission)
  }

  private static func document(of goal: String, _ submission: TaskSubmission) throws(RuntimeError) -> JSONValue {
    if goal.allSatisfy(\.isWhitespace) { throw RuntimeError(.invalidParams, "the goal is empty", path: "goal") }
    guard goal.utf8.count <= goalBytes else {
      throw RuntimeError(
        .tooLarge, "the goal has \(goal.utf8.count) bytes, over the limit of \(goalBytes)",
        hint: "give long material as inputs or files", path: "goal")
    }
    return GoalPlan.document(goal: goal, title: submission.title, inputs: submission.inputs)
  }

  private static let goalBytes = 64 << 10

  /// The plan of an accepted task; it was checked at its submission.
  static func plan(of task: AgentTask) throws(RuntimeError) -> Plan {
    guard let document = task.plan else { throw noModel }
    return try parse(document, SourceMap(), hasModel: true, isGrown: task.goal != nil)
  }

  private static func parse(
    _ document: JSONValue, _ source: SourceMap, hasModel: Bool, isGrown: Bool = false
  ) throws(RuntimeError) -> Plan {
    do throws(PlanError) {
      return try PlanParser.parse(document, source: source, hasModel: hasModel, isGrown: isGrown)
    } catch { throw RuntimeError(error) }
  }

  private static let noModel = RuntimeError(
    .modelUnavailable, "a goal in plain words needs a model, and none is configured",
    hint: "configure one under models.providers, or submit a plan", path: "goal")
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
