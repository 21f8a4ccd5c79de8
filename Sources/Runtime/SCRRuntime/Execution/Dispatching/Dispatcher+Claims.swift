import SCRProtocol

/// From the queue's offer to the runner that has the task.
extension Dispatcher {
  /// Lets a runner claim the task, unless it cannot run here now.
  /// - Returns: false if no runner could be started; the task stays queued until something changes.
  func offer(_ task: QueuedTask, _ lane: QueueLane) async -> Bool {
    guard mayRunHere(task) else { return true }
    let claim = Claim(task, lane, rate: takeRate(of: lane.taskClass))
    claims[task.id] = claim
    if let grace { claim.stop.fire(.shutdown(grace: grace)) }
    let limit = configuration.cancelGrace + Self.runnerMargin
    let runner = ChildSpec(id: task.id.text, restart: .transient, shutdown: .timeout(limit)) {
      [self] in try await self.workOff(claim)
    }
    do throws(SupervisorError) { try await runners.start(runner) } catch {
      claims[task.id] = nil
      unoffer(claim)
      return false
    }
    return true
  }

  /// Beside the time that a call which hangs is waited for, so that its runner can still write down what became of it.
  private static let runnerMargin: Duration = .seconds(4)

  private func takeRate(of taskClass: String) -> RateLedger.Writing? {
    guard let bucket = queue.classes[taskClass]?.gate.rate else { return nil }
    return ledgers[taskClass, default: RateLedger()].take(bucket, slots: configuration.maxConcurrentTasks)
  }

  /// The task was not claimed and stays queued.
  private func unoffer(_ claim: Claim) {
    queue.putBack(claim.task.id, now: clock.now())
    if let rate = claim.rate { ledgers[claim.lane.taskClass]?.written(rate, isDurable: false) }
  }

  // MARK: Where a task may run

  /// A task runs only where its tool servers are the same as at its submission, and once they are ready.
  private func mayRunHere(_ task: QueuedTask) -> Bool {
    guard task.serversDigest == configuration.serversDigest(Set(task.serverNames)) else {
      tell(task.id, "the definition of its tool servers has changed since its submission")
      queue.skipped(task.id, servers: [Self.sameServers], now: clock.now())
      return false
    }
    let missing = missingServers(of: task)
    guard let first = missing.first else { return true }
    tell(task.id, "its tool server \(first) is not ready")
    queue.skipped(task.id, servers: missing, now: clock.now())
    // One that became ready before it was noted as missing would not be heard of again.
    for name in missing where !missingServers(of: task).contains(name) { queue.ready(name, now: clock.now()) }
    return false
  }

  /// Stands among the names of tool servers for what never becomes ready in this life; no server can have this name.
  static let sameServers = "\u{0}"

  private func missingServers(of task: QueuedTask) -> [String] {
    let sources = registry.sources
    return task.serverNames.filter { name in
      sources.first { $0.serverName == name }?.status.state != .ready
    }
  }

  private static let mostTold = 512

  private func tell(_ id: TaskID, _ why: String) {
    if passedOver.count < Self.mostTold, passedOver.insert(id).inserted {
      notice("\(id) stays in the queue: \(why)")
    }
  }

  // MARK: The runner

  /// The body of a runner: claims the task and takes it up from the store. After a failure of its own it goes on with what
  /// it has.
  @concurrent private func workOff(_ claim: Claim) async throws {
    // Before the task is read, so that nothing said to its runner falls between.
    let news = waits.listen(for: claim.task.id)
    defer { waits.forget(claim.task.id) }
    let isNew = claim.outcome != .ours
    var task: AgentTask?
    if isNew {
      let outcome: Claim.Outcome
      (outcome, task) = await commit(claim)
      claim.outcome = outcome
      guard outcome == .ours else { return }
      await took(claim)
    }
    do { try await takeUp(claim, task, isNew: isNew, news) } catch let error as StoreError
      where claim.stop.current != nil
    {
      // What could not be written at the end is recovered by the next start.
      notice("\(claim.task.id) could not be put back in order: \(error)")
    } catch let error as StoreError where error.code == .corrupt {
      // It would be read again and again, and its slot is wanted by others.
      notice("\(claim.task.id) is left as it is: \(error)")
    }
  }

  private nonisolated func commit(_ claim: Claim) async -> (Claim.Outcome, AgentTask?) {
    if claim.stop.current != nil { return (.notTried, nil) }
    let batch = claim.batch(owner: incarnation, lease: configuration.lease, now: clock.now())
    do throws(StoreError) {
      let (events, task) = try await store.commit(batch, reading: claim.task.id)
      // Who is told of the start may submit another at once.
      queueRoom.giveBack(claim.lane.taskClass, size: claim.task.size)
      hub.publish(events)
      return (.ours, task)
    } catch {
      if error.code == .preconditionFailed { return (.lost, nil) }
      news.failed(error)
      return (.notTried, nil)
    }
  }

  private func took(_ claim: Claim) {
    queue.claimed(claim.task.id, now: clock.now())
    if let rate = claim.rate { ledgers[claim.lane.taskClass]?.written(rate, isDurable: true) }
  }

  /// The runner is gone. Only now may the task be offered again.
  func leave(_ claim: Claim, now: Timestamp) {
    switch claim.outcome {
    case .ours: queue.finished(claim.task.id, now: now)
    case .lost:
      queue.lost(claim.task.id, now: now)
      if let rate = claim.rate { ledgers[claim.lane.taskClass]?.written(rate, isDurable: false) }
    case .notTried, nil: unoffer(claim)
    }
  }

  @concurrent private func takeUp(_ claim: Claim, _ task: AgentTask?, isNew: Bool, _ news: Bell) async throws {
    let configuration = configuration
    let desk = AgentDesk(
      store: store, hub: hub, clock: clock, registry: registry, models: models, rules: configuration.agents,
      prompts: configuration.prompts, definitions: configuration.definitions, skills: configuration.skills,
      recall: MemoryRecall(
        memory: memory, embedding: configuration.embedder.map { MemoryEmbedding(memory: memory, embedder: $0) },
        rules: configuration.memory.isEnabled ? configuration.agents : configuration.agents.withoutRecall,
        clock: clock, caughtUp: memoryCaughtUp, notice: notice),
      notice: notice, player: configuration.player)
    let runner = TaskRunner(
      store: store, hub: hub, clock: clock, configuration: configuration,
      worker: Worker(registry: registry, agents: desk),
      workers: workers, waits: waits, stop: claim.stop, notice: notice, onRest: onRest)
    try await TaskTakeUp(runner: runner, registry: registry, incarnation: incarnation).run(
      claim.task.id, task, isNew: isNew, news)
  }
}
