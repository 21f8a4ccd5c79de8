import SCRProtocol

/// What a new task takes over from an ended one that it goes on with from a certain step.
///
/// Taken over is what completed and neither is that step nor needs its value, directly or through others. Where the new
/// task has another plan, a step counts as completed only if it does the same after the same steps, all of them taken
/// over as well.
struct PlanRewind: Sendable, Hashable {
  /// In the order of their first write, as records of the new task: no attempt of it was made.
  private(set) var records: [StepRecord] = []

  /// - Throws: `invalid_params` for a step that the new plan does not have.
  init(
    from step: String, of old: Plan, _ left: [StepRecord], to new: Plan, as id: TaskID
  ) throws(RuntimeError) {
    let ids = new.steps.map(\.id)
    guard ids.contains(step) else {
      throw RuntimeError(
        .invalidParams, "the plan has no step \(step.prefix(100))",
        hint: Suggestion.hint(step, among: ids) ?? "it has \(ids.prefix(20).joined(separator: ", "))", path: "from")
    }
    let before = Dictionary(old.steps.map { ($0.id, $0) }) { first, _ in first }
    let completed = Set(left.filter { $0.state == .completed }.map(\.stepID))
    var taken = Set(
      new.steps.filter { $0.id != step && completed.contains($0.id) && $0.doesTheSame(as: before[$0.id]) }.map(\.id))
    var size = -1
    while size != taken.count {
      size = taken.count
      for step in new.steps where !step.dependencies.isSubset(of: taken) { taken.remove(step.id) }
    }
    records = left.filter { taken.contains($0.stepID) }.map { record in
      var record = record
      record.taskID = id
      record.attempt = 0
      return record
    }
  }
}
