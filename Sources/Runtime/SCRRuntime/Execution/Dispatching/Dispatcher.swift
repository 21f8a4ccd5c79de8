import SCRProtocol

/// Asks the ``FairQueue`` what is next and does it: reads lanes, and lets a supervised runner claim and work off each task
/// whose turn it is. Claims of several runners share the store's commits.
actor Dispatcher {
  let store: any TaskStore
  let registry: ToolRegistry
  let models: ModelRegistry
  let memory: any MemoryStore
  let memoryCaughtUp: OneShot<Void>
  let hub: EventHub
  let clock: any RuntimeClock
  let incarnation: Incarnation
  let limits: LiveConfiguration
  nonisolated var configuration: RuntimeConfiguration { limits.current }
  let queueRoom: QueueRoom
  let controls: QueueControls
  let waits: WaitDesk
  let notice: @Sendable (String) -> Void
  /// A task of ours is to be run again later, or waits.
  let onRest: @Sendable (AgentTask) -> Void
  /// A task that the runtime died of again and again, with its steps as they were left, became a dead letter.
  let onPoison: @Sendable (AgentTask, [StepRecord], TaskReason) -> Void
  let runners: Supervisor
  let workers: Supervisor
  nonisolated let news = DispatchNews()

  var queue: FairQueue
  var claims: [TaskID: Claim] = [:]
  var ledgers: [String: RateLedger] = [:]
  /// Classes whose gate is not as it was at first.
  var controlled: Set<String> = []
  var appliedVersion = 0
  /// Tasks that were told of because they cannot run here; at most ``mostTold``.
  var passedOver: Set<TaskID> = []
  private var knowsControls = false
  /// What is being read; left behind by a loop that was replaced.
  private var reading: Reading?
  /// Set once no more tasks are claimed.
  private(set) var grace: Duration?
  var isClosed: Bool { grace != nil }

  /// The supervisors' own bounds: the most that the configuration, which may change, can ask for. Runners that end and
  /// those that begin in their place are there together for a moment.
  private static let mostTasks = 1024
  private static let mostSteps = 1024

  private enum Reading {
    case lane(QueueLane)
    case lanes
  }

  init(
    store: any TaskStore, registry: ToolRegistry, models: ModelRegistry = .none, memory: any MemoryStore,
    memoryCaughtUp: OneShot<Void>,
    hub: EventHub, clock: any RuntimeClock, incarnation: Incarnation,
    limits: LiveConfiguration, queueRoom: QueueRoom, controls: QueueControls, waits: WaitDesk,
    notice: @escaping @Sendable (String) -> Void, onRest: @escaping @Sendable (AgentTask) -> Void = { _ in },
    onPoison: @escaping @Sendable (AgentTask, [StepRecord], TaskReason) -> Void = { _, _, _ in },
    onExit: @escaping @Sendable (ExitReport) -> Void
  ) {
    self.store = store
    self.registry = registry
    self.models = models
    self.memory = memory
    self.memoryCaughtUp = memoryCaughtUp
    self.hub = hub
    self.clock = clock
    self.incarnation = incarnation
    self.limits = limits
    self.queueRoom = queueRoom
    self.controls = controls
    self.waits = waits
    self.notice = notice
    self.onRest = onRest
    self.onPoison = onPoison
    queue = FairQueue(limits.current.queueRules)
    let news = news
    runners = Supervisor(name: "runners", flags: Self.flags(maxChildren: Self.mostTasks * 2), clock: clock) { report in
      onExit(report)
      if case .restarting = report.consequence { return }
      news.exited(TaskID(report.offender.id))
    }
    workers = Supervisor(
      name: "workers", flags: Self.flags(maxChildren: Self.mostTasks * Self.mostSteps), clock: clock, onExit: onExit)
  }

  /// Tasks end and fail all the time, so no number of exits is a reason to give up.
  private static func flags(maxChildren: Int) -> SupervisorFlags {
    SupervisorFlags(strategy: .dynamic, intensity: .unlimited, maxChildren: maxChildren)
  }

  /// The supervisors of those who work tasks off.
  nonisolated var supervisors: [Supervisor] { [runners, workers] }

  // MARK: News, from anywhere

  /// A task is in the queue.
  ///
  /// - Parameter isNew: false for one that waited, was scheduled or ran before.
  nonisolated func queued(_ task: AgentTask, isNew: Bool) {
    guard task.workspaceRoot == configuration.workspaceRoot else { return }
    news.queued(QueueLane(of: task), size: task.size, isNew: isNew)
  }

  /// The queue has changed in a way that nobody can name by task: all lanes are read again.
  nonisolated func wake() { news.everythingChanged() }

  nonisolated func serverReady(_ name: String) { news.serverReady(name) }
  nonisolated func controlsChanged() { news.controlsChanged() }

  /// Limits are others, or tool servers are defined otherwise.
  nonisolated func reconfigured() {
    news.controlsChanged()
    news.serverReady(Self.sameServers)
  }

  var runningCount: Int { claims.count }

  // MARK: The loop

  /// Claims until cancelled or closed.
  /// - Throws: `StoreError`; its supervisor starts it again.
  /// - Parameter life: is told when it works and when it only waits.
  func run(_ life: ChildContext? = nil) async throws {
    life?.progress()
    forgetReading()
    try await recover()
    if !knowsControls {
      try await applyControls()
      knowsControls = true
    }
    while !isClosed, !Task.isCancelled {
      life?.progress()
      let until = try await work()
      try Task.checkCancellation()
      life?.idle()
      await rest(until: until)
    }
  }

  /// Does what the queue decides until it has nothing more to do.
  /// - Returns: when it has something again by itself.
  private func work() async throws(StoreError) -> Timestamp? {
    while !isClosed {
      try await hear()
      switch queue.next(now: clock.now()) {
      case .claim(let task, let lane): if await !offer(task, lane) { return nil }
      case .refill(let lane, let after, let limit): try await read(lane, after: after, limit: limit)
      case .readLanes(let place, let limit): try await readLanes(after: place, limit: limit)
      case .idle(let until, _): return until
      }
    }
    return nil
  }

  private func rest(until: Timestamp?) async {
    _ = try? await untilTime(until, by: clock) { [news] in await news.bell.wait() }
  }

  private func hear() async throws(StoreError) {
    let content = news.take()
    let now = clock.now()
    for id in content.exits {
      guard let claim = claims.removeValue(forKey: id) else { continue }
      leave(claim, now: now)
    }
    for (lane, change) in content.lanes {
      if change.isSetBack {
        queue.setBack(lane, by: change.count, bytes: change.bytes, now: now)
      } else {
        queue.grew(lane, by: change.count, bytes: change.bytes, now: now)
      }
    }
    if content.everything { queue.setBackAll(now: now) }
    for name in content.readyServers { queue.ready(name, now: now) }
    if content.controlsChanged {
      do throws(StoreError) { try await applyControls() } catch {
        news.controlsChanged()
        throw error
      }
    }
    if let failure = content.failure { throw failure }
  }

  // MARK: Reading

  private func read(_ lane: QueueLane, after: Int64, limit: Int) async throws(StoreError) {
    reading = .lane(lane)
    let found: [QueuedTask]
    do throws(StoreError) {
      // One more than asked for tells whether there are others.
      found = try await store.claimable(
        ClaimQuery(workspaceRoot: configuration.workspaceRoot, lane: lane, after: after, limit: limit + 1))
    } catch {
      if !Task.isCancelled { forgetReading() }
      throw error
    }
    // One that was replaced meanwhile has nothing to say any more.
    if Task.isCancelled { return }
    reading = nil
    queue.refilled(
      lane, after: after, with: Array(found.prefix(limit)), hasMore: found.count > limit, now: clock.now())
  }

  private func readLanes(after place: QueueLane?, limit: Int) async throws(StoreError) {
    reading = .lanes
    let found: [LaneSummary]
    do throws(StoreError) {
      found = try await store.lanes(in: configuration.workspaceRoot, after: place, limit: limit)
    } catch {
      if !Task.isCancelled { forgetReading() }
      throw error
    }
    if Task.isCancelled { return }
    reading = nil
    queue.read(found, isLast: found.count < limit, now: clock.now())
  }

  private func forgetReading() {
    switch reading {
    case .lane(let lane): queue.refillFailed(lane, now: clock.now())
    case .lanes: queue.readFailed()
    case nil: break
    }
    reading = nil
  }

  // MARK: The end

  /// - Returns: false if no runner of ours has the task.
  func cancel(_ id: TaskID) -> Bool {
    guard let claim = claims[id] else { return false }
    claim.stop.fire(.cancelled)
    return true
  }

  /// No more claims; running tasks go back into the queue. Returns when all runners are gone.
  ///
  /// - Parameter grace: how long attempts that run may take to end by themselves.
  func close(grace: Duration) async {
    self.grace = grace
    news.bell.ring()
    for claim in claims.values { claim.stop.fire(.shutdown(grace: grace)) }
    let running = await runners.childIDs
    await withTaskGroup(of: Void.self) { group in
      group.addTask { [runners] in for id in running { await runners.wait(for: id) } }
      group.addTask { [clock] in try? await clock.sleep(for: grace + Self.margin) }
      await group.next()
      await runners.stop()
      group.cancelAll()
    }
    await workers.stop()
  }

  /// For the commits after the grace.
  private static let margin: Duration = .milliseconds(300)
}
