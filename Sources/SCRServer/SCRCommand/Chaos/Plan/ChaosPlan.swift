/// What a seed means: the same tasks and the same faults at the same moments, every time. What they meet in the runtime
/// depends on the machine and is never quite the same.
struct ChaosPlan: Sendable, Hashable {
  struct Round: Sendable, Hashable {
    var number: Int
    var tasks: [ChaosTask]
    /// In the order of their moments.
    var faults: [PlannedFault]
    /// Pauses and drains of the queue.
    var holds: [PlannedHold] = []
    /// Which of the tasks that ended in earlier rounds are looked at again.
    var recall: [UInt64]
  }

  var seed: UInt64
  var rounds: Int
  var tasksPerRound: Int
  /// At least one.
  var kinds: [FaultKind]

  /// - Parameter number: from 1.
  func round(_ number: Int) -> Round {
    var random = SplitMix(seed: seed, part: 2 * number + 1)
    let others = (0..<random.number(in: 0...2)).map { _ in random.element(of: kinds) }
    let faults = ([dealt(to: number)] + others).map { fault($0, &random) }.sorted { $0.afterEvents < $1.afterEvents }
    let holds = holds(faults, &random)
    return Round(
      number: number, tasks: Workload.tasks(seed: seed, round: number, count: tasksPerRound), faults: faults,
      holds: holds, recall: (0..<3).map { _ in random.next() })
  }

  /// One fault of each round comes from a shuffled deck, so that every kind has its turn before any has its second.
  private func dealt(to number: Int) -> FaultKind {
    let (deck, place) = (number - 1).quotientAndRemainder(dividingBy: kinds.count)
    var random = SplitMix(seed: ~seed, part: deck)
    return random.shuffled(kinds)[place]
  }

  private func fault(_ kind: FaultKind, _ random: inout SplitMix) -> PlannedFault {
    PlannedFault(
      kind: kind, afterEvents: random.below(tasksPerRound * 10), delayMs: random.below(25),
      lengthMs: random.number(in: 40...350), choice: random.next())
  }
}
