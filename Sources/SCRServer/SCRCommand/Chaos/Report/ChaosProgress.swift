import SCRRuntime

/// Tells of each round on stderr: one line that is drawn over itself on a terminal, a line each elsewhere.
struct ChaosProgress: Sendable {
  let output: Output
  let isSilent: Bool

  func begin(_ plan: ChaosPlan, _ folder: ChaosFolder) {
    if !isSilent {
      output.note("\(plan.rounds) rounds of \(plan.tasksPerRound) tasks, seed \(plan.seed), in \(folder.path)")
    }
  }

  func show(_ outcome: ChaosOutcome, _ round: ChaosPlan.Round, _ duration: Duration) {
    if isSilent { return }
    let line = Self.line(outcome, round, duration)
    guard output.isTerminal else { return output.note(line) }
    let isLast = outcome.rounds == outcome.plan.rounds || !outcome.holds
    output.draw("\r" + TerminalText.fit(line, columns: output.size().columns - 1) + "\u{1B}[K" + (isLast ? "\n" : ""))
  }

  static func line(_ outcome: ChaosOutcome, _ round: ChaosPlan.Round, _ duration: Duration) -> String {
    let faults = round.faults.map(\.kind.rawValue).joined(separator: ", ")
    return "round \(round.number) of \(outcome.plan.rounds): \(outcome.holds ? "holds" : "DOES NOT HOLD") "
      + "(\(faults); \(DurationText.format(duration)))"
  }
}
