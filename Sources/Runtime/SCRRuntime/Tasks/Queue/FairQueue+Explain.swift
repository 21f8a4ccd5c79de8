/// Where a queued task stands, for ``explain_task``. Costs a pass over the lanes in memory.
package struct QueuePlace: Sendable, Hashable {
  package var lane: QueueLane
  /// Tasks of its own lane that come before it.
  package var inLane: Int
  /// Whether ``inLane`` is known, or only the least it can be.
  package var isExact: Bool
  /// Tasks that wait at a more urgent level in classes that may run. What comes later, or rises, is not among them.
  package var moreUrgent: Int
  /// Why it does not run now.
  package var hold: QueueHold

  /// 1 for the one that is next, about: turns between keys are not foreseen.
  package var rank: Int { moreUrgent + inLane + 1 }
}

extension FairQueue {
  /// - Parameters:
  ///   - before: tasks with smaller numbers that the store counts in its lane; nil counts those in memory.
  /// - Returns: nil for a task that has been offered or runs.
  package func place(of entry: QueuedTask, in key: QueueLane, before: Int? = nil, now: Timestamp) -> QueuePlace? {
    guard offers[entry.id] == nil, running[entry.id] == nil else { return nil }
    let window = lanes[key]?.window ?? []
    let level = (window.first?.id == entry.id ? lanes[key]?.level : nil) ?? key.priority.level
    let urgent = lanes.lazy.filter { other, lane in
      other != key && (lane.level ?? (lane.hasMore ? other.priority.level : .max)) < level
        && classes[other.taskClass]?.isOpen == true
    }
    return QueuePlace(
      lane: key, inLane: before ?? window.count { $0.number < entry.number },
      isExact: before != nil || window.contains { $0.id == entry.id },
      moreUrgent: urgent.reduce(0) { $0 + $1.value.count },
      hold: hold(of: entry, in: key, now: now))
  }

  private func hold(of entry: QueuedTask, in key: QueueLane, now: Timestamp) -> QueueHold {
    let missing = entry.serverNames.filter(unready.contains)
    if !missing.isEmpty { return .servers(missing) }
    let (whole, own) = (gate.hold(now: now), classes[key.taskClass]?.gate.hold(now: now))
    // That all slots are taken is over soon; what holds its class says more.
    if case .limit = whole { return own ?? whole ?? .turn }
    return whole ?? own ?? .turn
  }

  /// Comparisons made so far, to measure the cost of a turn.
  var comparisons: Int {
    let ofClasses = classes.values.reduce(0) { sum, taskClass in
      sum + taskClass.oldest.comparisons + taskClass.tenures.comparisons
        + taskClass.keys.reduce(0) { $0 + $1.comparisons }
    }
    return ofClasses + rings.reduce(0) { $0 + $1.comparisons } + oldest.comparisons + rising.comparisons
      + opening.comparisons + unread.comparisons + tenures.comparisons + heldTenures.comparisons
  }
}
