/// What the store tells, and how lanes move between the rings.
extension FairQueue {
  /// The store got new tasks in a lane.
  ///
  /// With ``FairQueueRules/laneLimit`` lanes in memory a new lane comes in only in place of a less urgent one; else the
  /// store keeps it until its turn comes.
  package mutating func grew(_ key: QueueLane, by count: Int = 1, bytes: Int = 0, now: Timestamp) {
    guard bringIn(key, now: now) else { return }
    change(key, now: now) { lane in
      lane.count += count
      lane.bytes += bytes
      lane.grow()
    }
  }

  /// Tasks are queued again that arrived long ago.
  package mutating func setBack(_ key: QueueLane, by count: Int = 1, bytes: Int = 0, now: Timestamp) {
    guard bringIn(key, now: now) else { return }
    change(key, now: now) { lane in
      lane.count += count
      lane.bytes += bytes
      lane.setBack()
    }
  }

  /// Much has changed in the store at once: all lanes are read again, known ones and others.
  package mutating func setBackAll(now: Timestamp) {
    for key in Array(lanes.keys) { change(key, now: now) { $0.setBack() } }
    rotation.leftOut()
    rotation.changed()
  }

  /// - Returns: false if the lane stays in the store.
  mutating func bringIn(_ key: QueueLane, now: Timestamp) -> Bool {
    if lanes[key] != nil { return true }
    guard makeRoom(for: key, level: key.priority.level, isRotation: false, now: now) else {
      rotation.leftOut()
      rotation.changed()
      return false
    }
    enter(key, Lane(count: 0, bytes: 0, hasMore: true, entered: nextSerial(), windowSize: rules.windowSize))
    return true
  }

  /// A queued task was cancelled or deleted.
  package mutating func removed(_ id: TaskID, from key: QueueLane, size: Int, now: Timestamp) {
    guard lanes[key] != nil else { return }
    change(key, now: now) { lane in
      lane.remove(id)
      lane.count = max(0, lane.count - 1)
      lane.bytes = max(0, lane.bytes - size)
    }
  }

  /// The answer to ``Decision/refill(_:after:limit:)``.
  ///
  /// - Parameters:
  ///   - after: as the decision said.
  ///   - entries: by number.
  ///   - hasMore: there are more than these.
  package mutating func refilled(
    _ key: QueueLane, after: Int64, with entries: [QueuedTask], hasMore: Bool, now: Timestamp
  ) {
    guard lanes[key]?.isBeingRead == true else { return }
    readings -= 1
    let fresh = entries.filter { entry in
      guard offers[entry.id] != nil || running[entry.id] != nil else { return true }
      seenAgain[entry.id] = key
      return false
    }
    change(key, now: now) { $0.endReading(from: after, fresh, hasMore: hasMore) }
  }

  /// The store could not read the lane. It is asked for again; the caller sets the pace.
  package mutating func refillFailed(_ key: QueueLane, now: Timestamp) {
    guard lanes[key]?.isBeingRead == true else { return }
    readings -= 1
    change(key, now: now) { $0.endReading(from: nil, [], hasMore: true) }
  }

  /// The answer to ``Decision/readLanes(after:limit:)``.
  ///
  /// A full memory takes in no lane of a held class. It takes in another in place of a lane of a held class; else if its
  /// oldest task is overdue, or if it is as urgent as the least urgent lane in memory. That one goes back to the store,
  /// unless its own head is overdue. So each lane that could have a turn comes in within one round, and among lanes of
  /// one level each stays for about ``FairQueueRules/laneLimit`` turns.
  ///
  /// - Parameter isLast: the store's order has no lanes beyond these.
  package mutating func read(_ summaries: [LaneSummary], isLast: Bool, now: Timestamp) {
    var foundOthers = false
    for summary in summaries where summary.count > 0 {
      if lanes[summary.lane] != nil {
        lanes[summary.lane]?.count = summary.count
        lanes[summary.lane]?.bytes = summary.bytes
        continue
      }
      foundOthers = true
      let wasFull = lanes.count >= rules.laneLimit
      let level = rules.isOverdue(summary.oldest, now: now) ? 1 : summary.lane.priority.level
      guard makeRoom(for: summary.lane, level: level, isRotation: true, now: now) else { continue }
      // A lane that comes and goes has its turns, even if nobody here remembers them.
      enter(
        summary.lane,
        Lane(
          count: summary.count, bytes: summary.bytes, hasMore: true, entered: nextSerial(),
          servedAt: wasFull ? now : nil, windowSize: rules.windowSize))
      change(summary.lane, now: now) { _ in }
    }
    rotation.finished(at: isLast ? nil : summaries.last?.lane, foundOthers: foundOthers)
  }

  package mutating func readFailed() { rotation.failed() }

  /// The tool server is ready again: what was passed over for it is read once more.
  package mutating func ready(_ server: String, now: Timestamp) {
    guard unready.remove(server) != nil else { return }
    rotation.changed()
    for key in lanes.filter({ $0.value.passed[server] != nil }).keys {
      change(key, now: now) { $0.setBack(for: server) }
    }
  }

  /// Tasks that need the tool server are passed over until it is ready.
  package mutating func notReady(_ server: String) { unready.insert(server) }

  private mutating func makeRoom(for key: QueueLane, level: Int, isRotation: Bool, now: Timestamp) -> Bool {
    guard lanes.count >= rules.laneLimit else { return true }
    if let taskClass = classes[key.taskClass], !taskClass.isOpen { return false }
    // Some of the first may have to stay; a few tries are enough, the next reading makes more.
    for _ in 0..<8 {
      let held = heldTenures.first
      guard let (name, tenure) = held ?? tenures.first else { return false }
      guard let victim = classes[name]?.tenures.first?.id else { return false }
      guard held != nil || (isRotation ? level <= tenure.level : level < tenure.level) else { return false }
      if mayLeave(victim, now: now) {
        forget(victim)
        rotation.leftOut()
        return true
      }
      let serial = nextSerial()
      change(victim, now: now) { $0.entered = serial }
    }
    return false
  }

  private func mayLeave(_ key: QueueLane, now: Timestamp) -> Bool {
    guard let lane = lanes[key], !lane.isBeingRead, lane.offers == 0 else { return false }
    guard let head = lane.head, classes[key.taskClass]?.isOpen == true else { return true }
    return !rules.isOverdue(head.createdAt, now: now)
  }

  private mutating func enter(_ key: QueueLane, _ lane: Lane) {
    lanes[key] = lane
    classes[key.taskClass, default: QueueClass()].tenures.put(
      key, Tenure(level: key.priority.level, entered: lane.entered))
  }

  mutating func nextSerial() -> UInt64 {
    serial += 1
    return serial
  }
}
