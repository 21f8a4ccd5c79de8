/// How patiently a child is stopped: its stdin is closed, later its group gets SIGTERM, later everything gets SIGKILL.
package struct StopLadder: Sendable, Hashable {
  /// From closing stdin to SIGTERM.
  package var inputGrace: Duration
  /// From SIGTERM to SIGKILL.
  package var terminateGrace: Duration

  package init(inputGrace: Duration = .seconds(2), terminateGrace: Duration = .seconds(2)) {
    self.inputGrace = inputGrace
    self.terminateGrace = terminateGrace
  }

  /// SIGKILL at once.
  package static let immediate = StopLadder(inputGrace: .zero, terminateGrace: .zero)
}

/// When which step is due for one child. Pure: the caller brings the time.
struct StopSchedule: Sendable {
  enum Step: Sendable, Hashable {
    case terminate
    case kill
  }

  private var terminateAt: ContinuousClock.Instant?
  private var killAt: ContinuousClock.Instant?
  /// A step that was taken is not taken again, whoever asks for another stop.
  private var taken: Set<Step> = []

  /// Of two ladders at once the more impatient one holds, step by step.
  mutating func begin(_ ladder: StopLadder, now: ContinuousClock.Instant) {
    let terminate = now + ladder.inputGrace
    terminateAt = min(terminateAt ?? terminate, terminate)
    let kill = terminate + ladder.terminateGrace
    killAt = min(killAt ?? kill, kill)
  }

  /// The moment of the next step.
  var next: ContinuousClock.Instant? {
    if taken.contains(.kill) { return nil }
    return taken.contains(.terminate) ? killAt : terminateAt
  }

  /// The step to take now. When the last is due the ones before it are moot.
  mutating func due(now: ContinuousClock.Instant) -> Step? {
    guard let next, next <= now else { return nil }
    let step: Step = killAt.map { $0 <= now } ?? false ? .kill : .terminate
    taken.insert(step)
    return step
  }
}
