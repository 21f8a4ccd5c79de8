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
  private let waits: WaitDesk
  private let notice: @Sendable (String) -> Void
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
    limits: LiveConfiguration, queueRoom: QueueRoom, waits: WaitDesk, notice: @escaping @Sendable (String) -> Void,
    onExit: @escaping @Sendable (ExitReport) -> Void
  ) {
    self.store = store
    self.registry = registry
    self.hub = hub
    self.clock = clock
    self.incarnation = incarnation
    self.limits = limits
    self.queueRoom = queueRoom
    self.waits = waits
    self.notice = notice
    (wakeUps, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    let bell = bell
    runners = Supervisor(name: "runners", clock: clock, maxChildren: Self.mostTasks) { report in
      onExit(report)
      bell.yield()
    }
    workers = Supervisor(
      name: "workers", clock: clock,
      maxChildren: Self.mostTasks * Self.mostSteps, onExit: onExit)
  }

  /// There may be something to claim. Callable from anywhere, costs nothing.
  nonisolated func wake() { bell.yield() }

  var runningCount: Int { stops.count }

  // MARK: Claiming

  /// Claims until cancelled or closed.
  /// - Throws: `StoreError`; its supervisor starts it again.
  func run() async throws {
    try await recover()
    try await claim()
    for await _ in wakeUps {
      if isClosed { return }
      try await claim()
    }
  }

  /// What an earlier incarnation was working on goes back into the queue; that is no fault of the task's.
  private func recover() async throws(StoreError) {
    for var task in try await store.abandoned(by: incarnation) where task.state == .running {
      let epoch = task.epoch
      task.state = .queued
      task.lease = nil
      task.updatedAt = clock.now()
      let batch = StoreBatch(
        at: task.updatedAt, preconditions: [.taskEpoch(task.id, epoch), .taskState(task.id, oneOf: [.running])],
        changes: [.updateTask(task)],
        events: [EventDraft(.taskQueued, taskID: task.id, data: ["recovered": true])])
      if try await commitUnlessBeaten(batch) { queueRoom.takeBack() }
    }
  }

  private func claim() async throws(StoreError) {
    await forgetEnded()
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
    await runners.start(
      ChildSpec(id: id.text, restart: .transient, intensity: .unlimited) { [self] in try await self.workOff(id, stop) })
  }

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
    let runner = TaskRunner(
      store: store, hub: hub, clock: clock, configuration: configuration, worker: Worker(registry: registry),
      workers: workers, waits: waits, stop: stop, notice: notice)
    try await TaskTakeUp(runner: runner, registry: registry, incarnation: incarnation).run(id)
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
  /// The tool servers that its steps name, and those of the plans within it.
  package var serverNames: Set<String> {
    steps.reduce(into: []) { names, step in
      switch step.work {
      case .tool(let name, _): if let server = name.server { names.insert(server) }
      case .plan(let child): names.formUnion(child.plan.serverNames)
      case .agent, .wait: break
      }
    }
  }
}

extension ToolSource {
  /// ``settle()`` with an end.
  func settle(within limit: Duration, by clock: any RuntimeClock) async {
    _ = try? await withinTime(limit, by: clock) { await self.settle() }
  }
}
