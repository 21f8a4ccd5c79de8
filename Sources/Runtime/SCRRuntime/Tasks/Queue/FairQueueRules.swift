/// The numbers of the queue's order.
package struct FairQueueRules: Sendable, Hashable {
  /// The first task of a lane rises by one level of priority each time it has waited this long for the lane's turn.
  ///
  /// Only lanes that have no turns rise: a long queue that is served steadily is old, but does not starve.
  package var ageingStep: Duration
  /// A task that waited this long is served next, the oldest first, with every second turn.
  package var maximumWait: Duration
  /// Tasks of a lane that are held in memory.
  package var windowSize: Int
  /// Lanes that are held in memory. Of more, those in the store come in by turns.
  package var laneLimit: Int
  /// Keys whose weight is not 1.
  package var weightLimit: Int

  package init(
    ageingStep: Duration = .seconds(60), maximumWait: Duration = .seconds(600), windowSize: Int = 64,
    laneLimit: Int = 4096, weightLimit: Int = 10_000
  ) {
    self.ageingStep = max(ageingStep, .milliseconds(1))
    self.maximumWait = max(maximumWait, .zero)
    self.windowSize = max(windowSize, 1)
    self.laneLimit = max(laneLimit, 1)
    self.weightLimit = max(weightLimit, 0)
  }

  package static let weights = 1...1_000_000

  /// 1…5: the priority, raised by the time since its lane could have had a turn.
  func level(of priority: TaskPriority, since: Timestamp, now: Timestamp) -> Int {
    let steps = max(0, now.since(since).milliseconds) / ageingStep.milliseconds
    return max(1, priority.level - Int(min(steps, 4)))
  }

  /// When a task of this level reaches the next one; nil at the top.
  func nextRise(of priority: TaskPriority, level: Int, since: Timestamp) -> Timestamp? {
    guard level > 1 else { return nil }
    return since + ageingStep * (priority.level - level + 1)
  }

  func isOverdue(_ createdAt: Timestamp, now: Timestamp) -> Bool { now.since(createdAt) >= maximumWait }
}
