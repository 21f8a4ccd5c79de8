import SCRProtocol

/// Claims queued tasks while there is room and lets a supervised runner work each off.
actor Dispatcher {
  private let store: any TaskStore
  private let registry: ToolRegistry
  private let hub: EventHub
  private let clock: any RuntimeClock
  private let incarnation: Incarnation
  private let limits: LiveConfiguration
  private nonisolated var configuration: RuntimeConfiguration { limits.current }
  private let queueRoom: QueueRoom
  private let notice: @Sendable (String) -> Void
  /// A task of ours is to be run again later.
  private let onScheduled: @Sendable () -> Void
  /// Tasks that were told of because they cannot run here; at most ``mostTold``.
  private var passedOver: Set<TaskID> = []
  private let runners: Supervisor
  private let workers: Supervisor
  private var stops: [TaskID: OneShot<TaskRun.StopCause>] = [:]
  /// Set once no more tasks are claimed.
  private var grace: Duration?
  private var isClosed: Bool { grace != nil }
  private let wakeUps: AsyncStream<Void>
  private nonisolated let bell: AsyncStream<Void>.Continuation

  /// The supervisors' own bounds: the most that the configuration, which may change, can ask for.
  private static let mostTasks = 1024
  private static let mostSteps = 1024
  /// How many queued tasks are read at once; those whose servers are not ready are passed over.
  private static let window = 128

  init(
    store: any TaskStore, registry: ToolRegistry, hub: EventHub, clock: any RuntimeClock, incarnation: Incarnation,
    limits: LiveConfiguration, queueRoom: QueueRoom, notice: @escaping @Sendable (String) -> Void,
    onScheduled: @escaping @Sendable () -> Void = {},
    onExit: @escaping @Sendable (ExitReport) -> Void
  ) {
    self.store = store
    self.registry = registry
    self.hub = hub
    self.clock = clock
    self.incarnation = incarnation
    self.limits = limits
    self.queueRoom = queueRoom
    self.notice = notice
    self.onScheduled = onScheduled
    (wakeUps, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    let bell = bell
    runners = Supervisor(name: "runners", flags: Self.flags(maxChildren: Self.mostTasks), clock: clock) { report in
      onExit(report)
      bell.yield()
    }
    workers = Supervisor(
      name: "workers", flags: Self.flags(maxChildren: Self.mostTasks * Self.mostSteps), clock: clock, onExit: onExit)
  }

  /// Tasks end and fail all the time, so no number of exits is a reason to give up.
  private static func flags(maxChildren: Int) -> SupervisorFlags {
    SupervisorFlags(strategy: .dynamic, intensity: .unlimited, maxChildren: maxChildren)
  }

  /// There may be something to claim. Callable from anywhere, costs nothing.
  nonisolated func wake() { bell.yield() }

  var runningCount: Int { stops.count }

  /// The supervisors of those who work tasks off.
  nonisolated var supervisors: [Supervisor] { [runners, workers] }

  // MARK: Claiming

  /// Claims until cancelled or closed.
  /// - Throws: `StoreError`; its supervisor starts it again.
  func run(_ life: ChildContext? = nil) async throws {
    life?.progress()
    try await recover()
    try await claim()
    life?.idle()
    try Task.checkCancellation()
    for await _ in wakeUps {
      if isClosed { return }
      life?.progress()
      try await claim()
      life?.idle()
      // One that is no longer wanted must not wait: its cancellation would end the wakening for its successor.
      try Task.checkCancellation()
    }
  }

  /// What an earlier incarnation was working on goes back into the queue; that is no fault of the task's.
  private func recover() async throws(StoreError) {
    for var task in try await store.abandoned(by: incarnation) where task.state == .running {
      if let poison = FailedRun.decideDeath(task, now: clock.now()) {
        try await bury(task, poison)
        continue
      }
      task.interruptions += 1
      try await putBack(task, data: ["recovered": true])
    }
  }

  /// Makes a dead letter of a task that seems to be what the runtime dies of.
  private func bury(_ task: AgentTask, _ reason: TaskReason) async throws(StoreError) {
    var snapshot = TaskSnapshot(task: task, steps: try await store.steps(of: task.id))
    snapshot.task.interruptions += 1
    try await commitUnlessBeaten(TaskEnding.batch(snapshot, as: .dead, reason, now: clock.now()))
  }

  private func putBack(_ running: AgentTask, data: JSONValue) async throws(StoreError) {
    var task = running
    task.state = .queued
    task.lease = nil
    task.updatedAt = clock.now()
    let batch = StoreBatch(
      at: task.updatedAt, preconditions: [.taskEpoch(task.id, task.epoch), .taskState(task.id, oneOf: [.running])],
      changes: [.updateTask(task)], events: [EventDraft(.taskQueued, taskID: task.id, data: data)])
    if try await commitUnlessBeaten(batch) { queueRoom.takeBack() }
  }

  private func claim() async throws(StoreError) {
    await forgetEnded()
    guard await runners.hasRoom else { return }
    let root = configuration.workspaceRoot
    let lanes = try await store.lanes(in: root).map(\.lane).sorted { $0.priority < $1.priority }
    for lane in lanes {
      var last: Int64 = 0
      while !isClosed, stops.count < configuration.maxConcurrentTasks {
        let page = try await store.claimable(
          ClaimQuery(workspaceRoot: root, lane: lane, after: last, limit: Self.window))
        for task in page where !isClosed && stops[task.id] == nil && belongsHere(task) {
          guard stops.count < configuration.maxConcurrentTasks else { return }
          try await claim(task)
        }
        guard let end = page.last, page.count == Self.window else { break }
        last = end.number
      }
    }
  }

  /// A task runs only where its tool servers are the same as at its submission, and once they are ready.
  private func belongsHere(_ task: QueuedTask) -> Bool {
    guard task.serversDigest == configuration.serversDigest(Set(task.serverNames)) else {
      return passOver(task, "the definition of its tool servers has changed since its submission")
    }
    let sources = registry.sources
    for name in task.serverNames {
      guard let source = sources.first(where: { $0.serverName == name }), source.status.state == .ready else {
        return passOver(task, "its tool server \(name) is not ready")
      }
    }
    return true
  }

  private static let mostTold = 512

  private func passOver(_ task: QueuedTask, _ why: String) -> Bool {
    if passedOver.count < Self.mostTold, passedOver.insert(task.id).inserted {
      notice("\(task.id) stays in the queue: \(why)")
    }
    return false
  }

  private func claim(_ task: QueuedTask) async throws(StoreError) {
    let now = clock.now()
    let batch = StoreBatch(
      at: now, preconditions: [.taskState(task.id, oneOf: [.queued]), .taskEpoch(task.id, task.epoch)],
      changes: [.claimTask(task.id, TaskLease(owner: incarnation, until: now + configuration.lease))],
      events: [EventDraft(.taskStarted, taskID: task.id, data: ["epoch": .integer(task.epoch + 1)])])
    guard try await commitUnlessBeaten(batch) else { return }
    queueRoom.giveBack()
    let stop = OneShot<TaskRun.StopCause>()
    stops[task.id] = stop
    if let grace { stop.fire(.shutdown(grace: grace)) }
    let id = task.id
    let runner = ChildSpec(id: id.text, restart: .transient, shutdown: .timeout(Self.runnerLimit)) {
      [self] in try await self.workOff(id, stop)
    }
    do throws(SupervisorError) { try await runners.start(runner) } catch {
      notice("\(id) goes back into the queue: \(error)")
      stops[id] = nil
      if let task = try await store.task(id) { try await putBack(task, data: ["interrupted": true]) }
    }
  }

  /// Longer than a call that hangs is waited for, so that its runner can still write down what became of it.
  private static let runnerLimit: Duration = .seconds(5)

  @discardableResult
  private func commitUnlessBeaten(_ batch: StoreBatch) async throws(StoreError) -> Bool {
    do throws(StoreError) {
      hub.publish(try await store.commit(batch))
      return true
    } catch {
      guard error.code == .preconditionFailed else { throw error }
      return false
    }
  }

  private func forgetEnded() async {
    let alive = Set(await runners.childIDs)
    stops = stops.filter { alive.contains($0.key.text) }
  }

  // MARK: Running

  /// The body of a runner: takes the task up from the store, whether for the first time or after a failure of its own.
  @concurrent private func workOff(_ id: TaskID, _ stop: OneShot<TaskRun.StopCause>) async throws {
    do { try await takeUp(id, stop) } catch let error as StoreError where stop.current != nil {
      // What could not be written at the end is recovered by the next start.
      notice("\(id) could not be put back in order: \(error)")
    }
  }

  @concurrent private func takeUp(_ id: TaskID, _ stop: OneShot<TaskRun.StopCause>) async throws {
    guard let task = try await store.task(id), task.state == .running, task.lease?.owner == incarnation else { return }
    let runner = TaskRunner(
      store: store, hub: hub, clock: clock, lease: configuration.lease,
      worker: Worker(registry: registry), workers: workers, stop: stop,
      attemptMargin: configuration.health.attemptMargin, notice: notice, onScheduled: onScheduled)
    if task.cancelRequested { stop.fire(.cancelled) }
    let plan: Plan
    do throws(RuntimeError) { plan = try Planner.plan(of: task) } catch {
      return try await fail(task, TaskReason(error.kind, error.message, hint: error.hint))
    }
    let run = TaskRun(
      task: task, plan: plan, records: try await store.steps(of: id), maxParallel: configuration.maxParallelSteps,
      effect: { [registry] in registry.catalogue[$0.qualified]?.descriptor.effect ?? .unknown })
    try await runner.run(run)
  }

  /// Ends a task that cannot even begin.
  private nonisolated func fail(_ task: AgentTask, _ reason: TaskReason) async throws(StoreError) {
    let snapshot = TaskSnapshot(task: task, steps: try await store.steps(of: task.id))
    let batch = TaskEnding.batch(snapshot, as: .failed, reason, now: clock.now())
    hub.publish(try await store.commit(batch))
  }

  /// - Returns: false if no runner of ours has the task.
  func cancel(_ id: TaskID) -> Bool {
    guard let stop = stops[id] else { return false }
    stop.fire(.cancelled)
    return true
  }

  /// No more claims; running tasks go back into the queue. Returns when all runners are gone.
  ///
  /// - Parameter grace: how long attempts that run may take to end by themselves.
  func close(grace: Duration) async {
    self.grace = grace
    bell.finish()
    for stop in stops.values { stop.fire(.shutdown(grace: grace)) }
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

extension Plan {
  /// The tool servers that its steps name.
  package var serverNames: Set<String> {
    Set(
      steps.compactMap { step in
        if case .tool(let name, _) = step.work { name.server } else { nil }
      })
  }
}

extension ToolSource {
  /// ``settle()`` with an end.
  func settle(within limit: Duration, by clock: any RuntimeClock) async {
    _ = try? await withinTime(limit, by: clock) { await self.settle() }
  }
}
