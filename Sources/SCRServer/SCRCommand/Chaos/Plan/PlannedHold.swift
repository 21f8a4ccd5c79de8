/// A pause or a drain of the queue at its moment.
struct PlannedHold: Sendable, Hashable {
  enum Kind: String, Sendable, Hashable { case pause, drain }

  var kind: Kind
  /// Nil is the whole queue.
  var taskClass: String?
  /// It is due once this many events of the round have come, or none come any more.
  var afterEvents: Int
  /// How long it lasts, whatever becomes of the runtime meanwhile.
  var lengthMs: Int
}

extension ChaosPlan {
  /// Half of the pauses begin just before a fault, which then falls into them.
  func holds(_ faults: [PlannedFault], _ random: inout SplitMix) -> [PlannedHold] {
    var holds: [PlannedHold] = []
    if random.once(in: 2) {
      let near = faults.first { $0.kind.restarts }.map { max(0, $0.afterEvents - random.number(in: 1...8)) }
      let moment = random.below(tasksPerRound * 10)
      holds.append(
        PlannedHold(
          kind: .pause, taskClass: random.once(in: 3) ? nil : ChaosTask.bulk,
          afterEvents: random.once(in: 2) ? moment : near ?? moment, lengthMs: random.number(in: 60...200)))
    }
    if random.once(in: 3) {
      holds.append(
        PlannedHold(
          kind: .drain, taskClass: ChaosTask.drained, afterEvents: random.below(tasksPerRound * 6),
          lengthMs: random.number(in: 10...150)))
    }
    return holds
  }
}
