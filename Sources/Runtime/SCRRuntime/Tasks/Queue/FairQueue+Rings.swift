/// The bookkeeping behind every change of a lane or a class: both end in the rings and heaps that the order is read from.
extension FairQueue {
  /// The only way to change a lane that is in memory: puts it where its head belongs afterwards.
  mutating func change(_ key: QueueLane, now: Timestamp, _ body: (inout Lane) -> Void) {
    guard var lane = lanes.removeValue(forKey: key) else { return }
    body(&lane)
    let level = lane.waitsSince.map { rules.level(of: key.priority, since: $0, now: now) }
    let before = lane.level
    lane.level = level
    lanes[key] = lane
    if before != level {
      if let before { leave(key, before) }
      if let level { enter(key, level) }
    }
    order(key, lane)
    refresh(key.taskClass)
    guard lane.isSpent else { return }
    // A walk that found memory full may have ended before: what it left out has room now.
    if lanes.count >= rules.laneLimit { rotation.changed() }
    forget(key)
  }

  private mutating func order(_ key: QueueLane, _ lane: Lane) {
    let head = lane.head
    if let head {
      classes[key.taskClass]?.oldest.put(key, HeadAge(createdAt: head.createdAt, number: head.number))
    } else {
      classes[key.taskClass]?.oldest.remove(key)
    }
    if let since = lane.waitsSince, let level = lane.level,
      let rise = rules.nextRise(of: key.priority, level: level, since: since)
    {
      rising.put(key, rise)
    } else {
      rising.remove(key)
    }
    classes[key.taskClass]?.tenures.put(
      key, Tenure(level: lane.level ?? key.priority.level, entered: lane.entered))
    let isLow = lane.window.count <= rules.windowSize / 4
    if lane.hasMore, !lane.isBeingRead, isLow {
      let rank = UnreadRank(
        hasHead: head != nil, level: lane.level ?? key.priority.level, serial: unread[key]?.serial ?? nextSerial())
      unread.put(key, rank)
    } else {
      unread.remove(key)
    }
  }

  private mutating func enter(_ key: QueueLane, _ level: Int) {
    classes[key.taskClass]?.keys[level - 1].enter(key.fairnessKey)
    if classes[key.taskClass]?.isOpen == true { rings[level - 1].enter(key.taskClass) }
  }

  private mutating func leave(_ key: QueueLane, _ level: Int) {
    let siblings = (level...5).contains { priority in
      lanes[QueueLane(taskClass: key.taskClass, priority: TaskPriority(level: priority), fairnessKey: key.fairnessKey)]?
        .level == level
    }
    if !siblings { classes[key.taskClass]?.keys[level - 1].leave(key.fairnessKey) }
    if classes[key.taskClass]?.keys[level - 1].isEmpty != false { rings[level - 1].leave(key.taskClass) }
  }

  /// Drops the lane from memory.
  mutating func forget(_ key: QueueLane) {
    guard let lane = lanes.removeValue(forKey: key) else { return }
    if let level = lane.level { leave(key, level) }
    rising.remove(key)
    unread.remove(key)
    classes[key.taskClass]?.tenures.remove(key)
    classes[key.taskClass]?.oldest.remove(key)
    refresh(key.taskClass)
    dropIfPlain(key.taskClass)
  }

  /// Where the class stands in the heaps of classes, after a change of its lanes or its gate.
  private mutating func refresh(_ name: String) {
    let isOpen = classes[name]?.isOpen ?? false
    let age = classes[name]?.oldest.first?.rank
    if isOpen, let age { oldest.put(name, age) } else { oldest.remove(name) }
    let tenure = classes[name]?.tenures.first?.rank
    if isOpen, let tenure { tenures.put(name, tenure) } else { tenures.remove(name) }
    if !isOpen, let tenure { heldTenures.put(name, tenure) } else { heldTenures.remove(name) }
  }

  private mutating func dropIfPlain(_ name: String) {
    guard classes[name]?.isPlain == true else { return }
    classes[name] = nil
    opening.remove(name)
  }

  /// Brings the heads whose time has come to their next level.
  mutating func raise(_ now: Timestamp) {
    while let key = rising.popFirst(where: { $0 <= now }) { change(key, now: now) { _ in } }
  }

  /// Opens the classes whose pause or rate limit is over.
  mutating func open(_ now: Timestamp) {
    while let name = opening.popFirst(where: { $0 <= now }) { control(name, now: now) { _ in } }
  }

  /// Changes the gate of a class; the only way to. Classes without a gate of their own begin open and without limits.
  package mutating func control(_ name: String, now: Timestamp, _ body: (inout ClassGate) -> Void) {
    var taskClass = classes[name] ?? QueueClass()
    body(&taskClass.gate)
    taskClass.gate.settle(now: now)
    let hold = taskClass.gate.hold(now: now)
    let wasOpen = taskClass.isOpen
    taskClass.isOpen = hold == nil
    classes[name] = taskClass
    if let until = hold?.until { opening.put(name, until) } else { opening.remove(name) }
    if wasOpen != taskClass.isOpen {
      for level in 1...5 where !taskClass.keys[level - 1].isEmpty {
        if taskClass.isOpen { rings[level - 1].enter(name) } else { rings[level - 1].leave(name) }
      }
      refresh(name)
      rotation.changed()
    }
    dropIfPlain(name)
  }

  /// Changes the gate of the whole queue.
  package mutating func control(_ body: (inout ClassGate) -> Void) { body(&gate) }
}
