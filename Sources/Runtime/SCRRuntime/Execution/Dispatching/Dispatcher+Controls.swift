/// What operators have said, applied to the queue; and what the queue says of a task.
extension Dispatcher {
  func applyControls() async throws(StoreError) {
    let known = try await controls.current()
    // Of two that are applied at once, the later one stays.
    guard known.version >= appliedVersion else { return }
    appliedVersion = known.version
    let now = clock.now()
    queueRoom.control(known)
    queue.setRules(configuration.queueRules, now: now)
    queue.control { gate in
      gate.pause = known.all.pause
      gate.drain = known.all.drain
      gate.limit = configuration.maxConcurrentTasks
    }
    let names = controlled.union(known.classes.keys).union(configuration.queueClasses.keys)
    for name in names {
      let control = known[.taskClass(name)]
      let limits = control.limits.over(configuration.queueClasses[name])
      queue.control(name, now: now) { gate in
        gate.pause = control.pause
        gate.drain = control.drain
        gate.limit = limits.maxConcurrent
        gate.rate = bucket(limits.bucket(now: now), current: gate.rate, stored: known.rates[name], now: now)
      }
    }
    controlled = names
    for (key, weight) in known.weights { _ = queue.setWeight(weight, of: key) }
    for key in Array(queue.weights.keys) where known.weights[key] == nil { _ = queue.setWeight(1, of: key) }
  }

  /// A limit that stays as it was goes on; another begins with no more than was left.
  private func bucket(
    _ full: TokenBucket?, current: TokenBucket?, stored: TokenBucket?, now: Timestamp
  ) -> TokenBucket? {
    guard let full else { return nil }
    guard let current else {
      return RateLedger.restored(full, from: stored, slots: configuration.maxConcurrentTasks, now: now)
    }
    return current.hasLimits(of: full) ? current : full.lowered(to: current.level(now: now))
  }

  /// Tasks that run, by class.
  var runningByClass: [String: Int] {
    claims.values.reduce(into: [:]) { $0[$1.lane.taskClass, default: 0] += 1 }
  }

  /// What is left of the rate limits.
  var buckets: [String: TokenBucket] { queue.classes.compactMapValues(\.gate.rate) }

  /// Where a queued task stands; nil for one that is not queued, or is about to run.
  func place(of task: AgentTask) async throws(StoreError) -> QueuePlace? {
    guard task.state == .queued, let root = task.workspaceRoot, let number = try await store.number(of: task.id) else {
      return nil
    }
    let lane = QueueLane(of: task)
    let before = try await store.queuedBefore(number, in: lane, of: root)
    let queued = QueuedTask(
      id: task.id, number: number, createdAt: task.createdAt, size: task.size, serverNames: task.serverNames,
      serversDigest: task.serversDigest, epoch: task.epoch)
    return queue.place(of: queued, in: lane, before: before, now: clock.now())
  }
}
