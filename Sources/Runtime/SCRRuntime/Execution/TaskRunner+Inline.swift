// Calls that only look, take some microseconds and run on the caller's thread.
extension TaskRunner {
  /// So many in one commit.
  private static let inlineLimit = 64

  /// The turn, and what follows from its inline calls: they are made at once, and their intents, their outcomes and what
  /// becomes of the task share one commit. After a crash before it they are made again, which they may be.
  ///
  /// Nothing is made in line while the task waits for somebody: what is refused because of an answer in the same moment
  /// stays one turn.
  func withInlineCalls(_ first: TaskRun.Turn, _ state: inout State) -> TaskRun.Turn {
    var turn = first
    var count = 0
    while count < Self.inlineLimit, stop.current == nil, state.run.openWaits.isEmpty,
      let (stepID, outcome) = next(&turn)
    {
      count += 1
      turn.append(ended(stepID, outcome, &state, now: clock.now(), chance: .random(in: 0...1)))
    }
    return turn
  }

  /// Takes the first inline call out of the turn and makes it.
  private func next(_ turn: inout TaskRun.Turn) -> (stepID: String, AttemptOutcome)? {
    for (place, attempt) in turn.attempts.enumerated() {
      guard let outcome = worker.performInline(attempt) else { continue }
      turn.attempts.remove(at: place)
      return (attempt.stepID, outcome)
    }
    return nil
  }
}

extension TaskRun.Turn {
  /// What follows, in the same commit.
  mutating func append(_ next: Self) {
    outcomes = next.outcomes.map { batch?.followed(by: $0) ?? $0 }
    if let following = next.batch { batch = batch?.followed(by: following) ?? following }
    attempts += next.attempts
    pauses += next.pauses
    stops += next.stops
    opened += next.opened
    children += next.children
    isOver = next.isOver
  }
}

extension StoreBatch {
  /// Both in one: of what is written twice only the later.
  func followed(by next: StoreBatch) -> StoreBatch {
    let steps = Set(next.changes.compactMap(\.step))
    let hasTask = next.changes.contains(where: \.isTaskUpdate)
    let kept = changes.filter { change in
      if let step = change.step { return !steps.contains(step) }
      return !(hasTask && change.isTaskUpdate)
    }
    return StoreBatch(
      at: next.at, preconditions: preconditions + next.preconditions.filter { !preconditions.contains($0) },
      changes: kept + next.changes, events: events + next.events)
  }
}

extension StoreChange {
  /// Whose record it writes.
  fileprivate var step: String? {
    if case .putStep(let record) = self { record.stepID } else { nil }
  }

  fileprivate var isTaskUpdate: Bool {
    if case .updateTask = self { true } else { false }
  }
}
