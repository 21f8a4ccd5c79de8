package import SCRProtocol

/// The runtime's face: accepts tasks, makes them durable, lets agents work them off, and tells what happens.
///
/// Knows neither connections nor JSON-RPC. ``run()`` does the work; without it tasks are accepted and wait.
package final class CognitiveRuntime: Sendable {
  package let registry: ToolRegistry
  package let incarnation: Incarnation
  private let live: LiveConfiguration
  package let startedAt: Timestamp
  let store: any TaskStore
  let memory: any MemoryStore
  package let models: ModelRegistry
  let clock: any RuntimeClock
  let hub: EventHub
  let dispatcher: Dispatcher
  let deadlines: DeadlineWatch
  let starts: StartWatch
  let scheduleWatch: ScheduleWatch
  let queueRoom: QueueRoom
  let queueControls: QueueControls
  let controlWatch: ControlWatch
  let serverWatch: ServerWatch
  let waits: WaitDesk
  let incidentLog: IncidentLog
  /// Rung when memory has something new.
  let memoryWritten = Bell()
  private let memoryCaughtUp: OneShot<Void>
  let agents: Supervisor
  let healthChanged = Bell()
  private let notice: @Sendable (String) -> Void
  private let stopped = OneShot<Duration>()

  /// - Parameters:
  ///   - models: with none, goals and agent steps are refused.
  ///   - notice: gets what an operator should know, for the log; called from any thread.
  ///   - onExit: gets a report of every agent's end, likewise.
  /// - Throws: `store_unavailable`.
  package init(
    store: any TaskStore, memory: any MemoryStore, registry: ToolRegistry,
    models: ModelRegistry = .none, clock: any RuntimeClock, configuration: RuntimeConfiguration,
    notice: @escaping @Sendable (String) -> Void = { _ in },
    onExit: @escaping @Sendable (ExitReport) -> Void = { _ in }
  ) async throws(RuntimeError) {
    let incarnation = Incarnation.random()
    let last: Int64
    let queued: [QueueTotal]
    do throws(StoreError) {
      last = try await store.lastSequence()
      queued = try await store.queueTotals(of: .queued) + store.queueTotals(of: .scheduled)
    } catch { throw RuntimeError(error) }
    let hub = EventHub(after: last)
    let queueRoom = QueueRoom(
      QueueIntake(queued, limits: configuration.queueLimits, classes: configuration.queueClasses, now: clock.now()),
      clock: clock)
    let queueControls = QueueControls(store: store, clock: clock, weightLimit: configuration.queueRules.weightLimit)
    self.queueRoom = queueRoom
    self.queueControls = queueControls
    self.store = store
    self.memory = memory
    self.registry = registry
    self.models = models
    self.clock = clock
    self.notice = notice
    let live = LiveConfiguration(configuration)
    self.live = live
    self.incarnation = incarnation
    self.hub = hub
    startedAt = clock.now()
    let incidentLog = IncidentLog(store: store, hub: hub, clock: clock)
    self.incidentLog = incidentLog
    let exited: @Sendable (ExitReport) -> Void = { report in
      onExit(report)
      incidentLog.exited(report)
    }
    let starting = Bell()
    let resting = Bell()
    waits = WaitDesk(store: store, hub: hub, clock: clock, queueRoom: queueRoom)
    let memoryCaughtUp = OneShot<Void>()
    self.memoryCaughtUp = memoryCaughtUp
    dispatcher = Dispatcher(
      store: store, registry: registry, models: models, memory: memory, memoryCaughtUp: memoryCaughtUp, hub: hub,
      clock: clock,
      incarnation: incarnation,
      limits: live, queueRoom: queueRoom, controls: queueControls, waits: waits, notice: notice,
      onRest: { task in
        if task.deadline != nil { resting.ring() }
        guard task.state == .scheduled else { return }
        queueRoom.takeBack(task)
        starting.ring()
      }, onPoison: { incidentLog.poisoned($0, $1, $2) }, onExit: exited)
    waits.onQueued { [weak dispatcher] task, isNew in
      if task.deadline != nil { resting.ring() }
      dispatcher?.queued(task, isNew: isNew)
    }
    deadlines = DeadlineWatch(store: store, hub: hub, clock: clock, queueRoom: queueRoom, bell: resting)
    starts = StartWatch(store: store, hub: hub, clock: clock, bell: starting) { [dispatcher] task in
      dispatcher.queued(task, isNew: false)
    }
    scheduleWatch = ScheduleWatch(
      store: store, hub: hub, clock: clock, limits: live, queueRoom: queueRoom, controls: queueControls, notice: notice
    ) { [dispatcher, deadlines] tasks in
      dispatcher.controlsChanged()
      for task in tasks { dispatcher.queued(task, isNew: true) }
      deadlines.look()
    }
    controlWatch = ControlWatch(controls: queueControls, hub: hub, clock: clock) { [dispatcher] in
      queueRoom.control(try await queueControls.current())
      dispatcher.controlsChanged()
    }
    serverWatch = ServerWatch(store: store, hub: hub, clock: clock)
    agents = Supervisor(name: "runtime", flags: SupervisorFlags(intensity: .unlimited), clock: clock, onExit: exited)
  }

  /// As it is now.
  package var configuration: RuntimeConfiguration { live.current }

  /// Changes limits and the digest of tool servers, from the next use on; what runs already is not touched.
  package func reconfigure(_ change: (inout RuntimeConfiguration) -> Void) {
    live.change(change)
    let now = configuration
    queueRoom.configure(now.queueLimits, classes: now.queueClasses)
    dispatcher.reconfigured()
    healthChanged.ring()
  }

  /// Recovers what an earlier incarnation left, then works tasks off until the task is cancelled or ``shutDown()``.
  package func run() async {
    let waitWatch = WaitWatch(desk: waits) { [self] in try await requestCancel($0) }
    waits.onDue { waitWatch.look() }
    // Refused only if somebody runs this runtime already; then it is shut down with that one.
    let specs = agentSpecs(waitWatch)
    incidentLog.begin(specs.map(\.id), of: incarnation)
    for agent in specs { try? await agents.start(agent) }
    await dispatcher.close(grace: await stopped.value() ?? .zero)
    await agents.stop()
    await incidentLog.end()
  }

  private func agentSpecs(_ waitWatch: WaitWatch) -> [ChildSpec] {
    let pruner = agent("pruner") { [self] _ in
      try await Pruner(store: store, clock: clock).run { self.configuration.retention }
    }
    let incidents = agent(IncidentLog.agent) { [self] life in
      try await incidentLog.run(life) { await self.agentPicture() }
    }
    let rest = [
      agent("servers") { [self] life in try await serverWatch.run(life) },
      agent("deadlines") { [self] life in try await deadlines.run(life) },
      agent("starts") { [self] life in try await starts.run(life) },
      agent("controls") { [self] life in try await controlWatch.run(life) },
      agent("schedules") { [self] life in try await scheduleWatch.run(life) },
      agent("waits") { life in try await waitWatch.watchTime(life) },
      agent("families") { life in try await waitWatch.watchFamilies(life) },
      agent("dispatcher", restart: .transient) { [self] life in try await dispatcher.run(life) },
    ]
    // Where everything is kept, nobody looks before the next start.
    let first = [healthAgent, configuration.retention == .forever ? nil : pruner].compactMap { $0 }
    return first + [incidents] + memoryAgents + rest
  }

  private var memoryAgents: [ChildSpec] {
    let rules = configuration.memory
    guard rules.isEnabled else { return [] }
    let remembering = agent("memory") { [self] life in
      try await MemoryAgent(
        store: store, memory: memory, hub: hub, clock: clock, rules: rules, written: memoryWritten,
        caughtUp: memoryCaughtUp
      ).run(life)
    }
    guard let embedding else { return [remembering] }
    let embeddings = agent("embeddings") { [self] life in
      try await EmbeddingAgent(embedding: embedding, written: memoryWritten, clock: clock, notice: notice)
        .run(life)
    }
    return [remembering, embeddings]
  }

  /// Agents that wait for something to do are idle, so that only those are found that are at work and do not get on.
  private func agent(
    _ id: String, restart: RestartPolicy = .permanent, _ body: @escaping ChildSpec.Body
  ) -> ChildSpec {
    ChildSpec(
      id: id, restart: restart, heartbeat: HeartbeatRule(standstill: configuration.health.agentStandstill),
      withContext: body)
  }

  /// Who runs now, under whom: the agents, and below them the runners of tasks and the workers of their steps.
  package func supervisionTree() async -> SupervisionTree {
    var tree = await agents.tree()
    for supervisor in dispatcher.supervisors { tree.children.append(await supervisor.tree()) }
    return tree
  }

  /// Stops claiming, lets running steps end within the grace, interrupts those that do not (no attempt is lost by it),
  /// and makes ``run()`` return. Callable at any time; the first call counts.
  ///
  /// - Parameter grace: nil takes the configuration's.
  package func shutDown(grace: Duration? = nil) { stopped.fire(grace ?? configuration.shutdownGrace) }

  /// The runtime's time.
  package var now: Timestamp { clock.now() }

  var isShuttingDown: Bool { stopped.current != nil }

  // MARK: Events

  /// Stored events after `since`, oldest first.
  package func events(
    since: Int64, taskID: TaskID?, limit: Int
  ) async throws(RuntimeError) -> [RuntimeEvent] {
    do throws(StoreError) { return try await store.events(since: since, taskID: taskID, limit: limit) } catch {
      throw RuntimeError(error)
    }
  }

  /// Events from now on. What came before is read with ``events(since:taskID:limit:)``, up to the subscription's `since`.
  /// - Parameter deltaCapacity: deltas that may wait for a slow reader; 0 wants none.
  package func subscribe(taskID: TaskID? = nil, deltaCapacity: Int = 0) -> EventSubscription {
    hub.subscribe(taskID: taskID, deltaCapacity: deltaCapacity)
  }

  /// Tells a piece of what is still being said to those who follow the task; it is never stored.
  package func publish(delta: EventDraft) { hub.publish(delta: delta, at: clock.now()) }

  /// The number of the oldest event that is kept.
  package func firstEvent() async throws(RuntimeError) -> Int64 {
    do throws(StoreError) { return try await store.firstSequence() } catch { throw RuntimeError(error) }
  }

  /// Writes something down that happened to the runtime as a whole.
  package func record(_ kind: EventKind, data: JSONValue) async throws(RuntimeError) {
    let batch = StoreBatch(at: clock.now(), events: [EventDraft(kind, data: data)])
    do throws(StoreError) { hub.publish(try await store.commit(batch)) } catch { throw RuntimeError(error) }
  }

  /// The number of the newest event so far.
  package var newestEvent: Int64 { hub.newest }

  // MARK: Tools and state

  /// One call outside of any task.
  /// - Throws: `ToolError`, `CancellationError`.
  package func callTool(_ call: ToolCall) async throws -> ToolCallOutcome {
    if isShuttingDown { throw ToolError(.shuttingDown, "the runtime is shutting down", isRetryable: true) }
    return try await registry.call(call)
  }

  /// A tool server's state or list of tools is another. To be called by whoever runs it, from any thread.
  package func serverChanged(_ name: String, _ status: ToolServerStatus) {
    registry.sourceChanged()
    if status.state == .ready { dispatcher.serverReady(name) }
    serverWatch.changed(name, status)
    incidentLog.changed(name, status)
  }

  package func status() async throws(RuntimeError) -> RuntimeStatus {
    let counts: [TaskState: Int]
    do throws(StoreError) { counts = try await store.counts() } catch { throw RuntimeError(error) }
    let servers = registry.sources.compactMap { source in source.serverName.map { ($0, source.status) } }
    var status = RuntimeStatus(
      incarnation: incarnation, startedAt: startedAt, durability: store.durability, taskCounts: counts,
      runningTasks: await dispatcher.runningCount, maxConcurrentTasks: configuration.maxConcurrentTasks,
      toolCount: registry.catalogue.entries.count(where: \.isPermitted),
      servers: Dictionary(servers) { $1 })
    status.writeFailure = store.writeLoss.current?.message
    return status
  }

  /// Fires when the store can write nothing more in this process's life: whoever runs it should end it.
  package var storeLoss: OneShot<StoreError> { store.writeLoss }
}
