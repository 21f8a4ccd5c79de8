/// The queue at one moment, for `queue_stats`.
package struct QueueStatus: Sendable, Hashable {
  package struct Part: Sendable, Hashable {
    package var control = QueueControl()
    /// What holds: the control's over the configuration's.
    package var limits = QueueLimits()
    package var queued = 0
    package var bytes = 0
    package var running = 0
    package var oldest: Timestamp?
    /// Queued tasks by priority, 1…5.
    package var byPriority: [Int: Int] = [:]
    /// Since this process began.
    package var accepted = 0
    package var refused = 0
    /// Tasks that left within the last minute, a second.
    package var leavingPerSecond = 0.0
    /// What can begin at once under the rate limit.
    package var rateLeft: Int?
  }

  package var whole = Part()
  package var classes: [String: Part] = [:]
  package var weights: [String: Int] = [:]
  /// There are more classes or weights than ``QueueStatus/limit``, which are left out.
  package var isCut = false

  package static let limit = 500
}

extension CognitiveRuntime {
  /// - Parameter taskClass: only this one; nil all.
  package func queueStatus(_ taskClass: String?) async throws(RuntimeError) -> QueueStatus {
    let (whole, classes) = queueRoom.counts()
    let activity = QueueStatus.Activity(
      running: await dispatcher.runningByClass, buckets: await dispatcher.buckets, whole: whole, classes: classes)
    do throws(StoreError) {
      return QueueStatus(
        try await queueControls.current(), try await store.queueTotals(of: .queued), configuration, activity,
        only: taskClass, now: clock.now())
    } catch { throw RuntimeError(error) }
  }
}

extension QueueStatus {
  /// What only the process knows that works the queue off.
  struct Activity: Sendable {
    var running: [String: Int] = [:]
    var buckets: [String: TokenBucket] = [:]
    var whole = QueueIntake.Counts()
    var classes: [String: QueueIntake.Counts] = [:]
  }

  /// As the store tells it, beside whoever owns it: without what runs and what was accepted.
  package static func stored(
    in store: any TaskStore, _ configuration: RuntimeConfiguration, only taskClass: String?, clock: any RuntimeClock
  ) async throws(StoreError) -> QueueStatus {
    QueueStatus(
      try await QueueControls(store: store, clock: clock).current(), try await store.queueTotals(of: .queued),
      configuration, Activity(), only: taskClass, now: clock.now())
  }

  /// Of a store that was never written.
  package init(emptyFor configuration: RuntimeConfiguration) {
    self.init(
      QueueControls.Snapshot(), [], configuration, Activity(), only: nil, now: Timestamp(milliseconds: 0))
  }

  init(
    _ known: QueueControls.Snapshot, _ totals: [QueueTotal], _ configuration: RuntimeConfiguration,
    _ activity: Activity, only taskClass: String?, now: Timestamp
  ) {
    whole = Part(control: known.all, limits: configuration.queueLimits)
    whole.limits.maxConcurrent = configuration.maxConcurrentTasks
    whole.running = activity.running.values.reduce(0, +)
    whole.take(activity.whole)
    for total in totals { whole.add(total) }
    let names = Set(totals.map(\.taskClass)).union(known.classes.keys).union(activity.running.keys)
      .union(activity.classes.keys).union(configuration.queueClasses.keys)
      .sorted()
    // A class that is asked for is told of, even if it has nothing.
    for name in taskClass.map({ [$0] }) ?? Array(names.prefix(Self.limit)) {
      let control = known[.taskClass(name)]
      var part = Part(
        control: control, limits: control.limits.over(configuration.queueClasses[name]),
        running: activity.running[name] ?? 0)
      if let counts = activity.classes[name] { part.take(counts) }
      let full = part.limits.bucket(now: now)
      let bucket =
        activity.buckets[name]
        ?? full.map {
          RateLedger.restored(
            $0, from: known.rates[name], slots: configuration.maxConcurrentTasks, now: now)
        }
      part.rateLeft = bucket.map { max(0, Int($0.level(now: now))) }
      classes[name] = part
    }
    for total in totals { classes[total.taskClass]?.add(total) }
    let weights = known.weights.sorted { $0.key < $1.key }
    self.weights = Dictionary(uniqueKeysWithValues: weights.prefix(Self.limit).map { ($0.key, $0.value) })
    isCut = (taskClass == nil && names.count > Self.limit) || weights.count > Self.limit
  }
}

extension QueueStatus.Part {
  fileprivate mutating func take(_ counts: QueueIntake.Counts) {
    accepted = counts.accepted
    refused = counts.refused
    leavingPerSecond = counts.leavingPerSecond
  }

  fileprivate mutating func add(_ total: QueueTotal) {
    queued += total.count
    bytes += total.bytes
    byPriority[total.priority.level, default: 0] += total.count
    oldest = min(oldest ?? total.oldest, total.oldest)
  }
}
