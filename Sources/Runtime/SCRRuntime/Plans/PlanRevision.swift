import SCRProtocol

/// What another plan for the same task makes of the steps that there are. Nothing that has happened is undone or done again:
///
/// - A completed step that is unchanged keeps its outcome; one that the new plan leaves out stays as history.
/// - A failed step that is unchanged stays failed; one that is changed or left out is forgotten, and begins anew if it is
///   there.
/// - A waiting step that is unchanged goes on waiting; otherwise its wait is closed and it is forgotten.
/// - A step that was skipped, or has not begun, is forgotten: what becomes of it follows from the others.
/// - A step that runs goes on if it is unchanged, and is stopped if it is left out; it then stays as history.
/// - A completed step that is changed is a problem, and so is one that runs and is changed: its call has begun. So is one
///   whose call an earlier life of the runtime left without an outcome, if it is changed or left out.
///
/// A step is unchanged if it does the same after the same steps; its retries, limits and policies may be others.
package struct PlanRevision: Sendable, Hashable {
  /// Steps that keep their records, in the new plan's order.
  package private(set) var kept: [String] = []
  /// Steps that run and are left out: their attempts are to be stopped.
  package private(set) var stopped: [String] = []
  /// Steps whose records are removed.
  package private(set) var forgotten: [String] = []
  /// Open waits to close.
  package private(set) var closed: [Wait] = []
  /// Why the plan cannot be taken.
  package private(set) var problems: [PlanProblem] = []

  /// - Parameter underWay: steps that somebody is at work on now, or that pause between two attempts.
  package init(
    from old: Plan, to new: Plan, records: [StepRecord], waits: [Wait], underWay: Set<String> = []
  ) {
    let before = Dictionary(old.steps.map { ($0.id, $0) }) { first, _ in first }
    let places = Dictionary(new.steps.enumerated().map { ($1.id, $0) }) { first, _ in first }
    for record in records {
      let place = places[record.stepID]
      let isUnchanged = place.map { new.steps[$0].doesTheSame(as: before[record.stepID]) } ?? false
      let open = waits.filter { $0.isOpen && $0.stepID == record.stepID }
      switch (record.state, isUnchanged) {
      case (.completed, true), (.failed, true), (.running, true), (.waiting, true): kept.append(record.stepID)
      case (.ready, true) where underWay.contains(record.stepID): kept.append(record.stepID)
      case (.running, false) where underWay.contains(record.stepID):
        guard let place else {
          stopped.append(record.stepID)
          continue
        }
        refuse(record, place, "it is running", hint: "give the new step another id, and leave this one out to stop it")
      case (.completed, false):
        guard let place else { continue }
        refuse(record, place, "it has completed", hint: "give the new step another id")
      case (.running, false) where record.intent != nil: refuse(record, place, "its call may have taken effect")
      case (.waiting, false) where open.contains { $0.kind == .unknownOutcome }:
        refuse(record, place, "its call may have taken effect", hint: "answer what is asked about it first")
      default:
        forgotten.append(record.stepID)
        closed += open
      }
    }
    kept.sort { places[$0] ?? 0 < places[$1] ?? 0 }
  }

  private mutating func refuse(_ record: StepRecord, _ place: Int?, _ why: String, hint: String? = nil) {
    problems.append(
      PlanProblem(
        path: place.map { "steps[\($0)]" } ?? "steps",
        "the step \(record.stepID) cannot be \(place == nil ? "left out" : "changed"): \(why)", hint: hint))
  }
}

extension Step {
  func doesTheSame(as other: Step?) -> Bool {
    work == other?.work && dependencies == other?.dependencies && tools == other?.tools
  }
}
