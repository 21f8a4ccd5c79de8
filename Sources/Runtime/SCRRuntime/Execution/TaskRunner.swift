import SCRProtocol

/// Performs what a ``TaskRun`` decides: commits its turns, lets workers do its attempts, tells it what happened.
struct TaskRunner: Sendable {
  let store: any TaskStore
  let hub: EventHub
  let clock: any RuntimeClock
  let lease: Duration
  let worker: Worker
  let workers: Supervisor
  /// Fires when the run has to stop before its end.
  let stop: OneShot<TaskRun.StopCause>
  /// What a call may take beyond its time before its attempt is given up.
  let attemptMargin: Duration
  /// Gets what an operator should know, for the log.
  let notice: @Sendable (String) -> Void
  /// The task is to be run again later.
  let onScheduled: @Sendable (AgentTask) -> Void

  private enum Event: Sendable {
    case ended(stepID: String, AttemptOutcome)
    case retryDue(stepID: String)
    case stop(TaskRun.StopCause)
    case heartbeat
    case graceOver
    /// A child of the group was cancelled; it has nothing to say.
    case nothing
  }

  /// Runs the task until it leaves our hands.
  /// - Throws: `StoreError`: the journal cannot be written. The run can be taken up again from the store.
  func run(_ run: TaskRun) async throws(StoreError) {
    var run = run
    let failure = await withTaskGroup(of: Event.self) { group -> StoreError? in
      group.addTask { await waitForStop() }
      if let deadline = run.task.deadline { group.addTask { await wait(until: deadline) } }
      group.addTask { await pulse() }
      defer { group.cancelAll() }
      do throws(StoreError) {
        if let deadline = run.task.deadline, deadline <= clock.now() { stop.fire(.deadline) }
        if let cause = stop.current {
          try await commit(run.end(cause, now: clock.now()).batch)
          return nil
        }
        var isOver = try await perform(run.start(now: clock.now()), in: &group)
        while !isOver, let event = await group.next() {
          isOver = try await take(event, &run, &group)
        }
        return nil
      } catch { return error }
    }
    if let failure, failure.code != .preconditionFailed { throw failure }
    if failure == nil, run.task.state == .scheduled { onScheduled(run.task) }
  }

  private func take(
    _ event: Event, _ run: inout TaskRun, _ group: inout TaskGroup<Event>
  ) async throws(StoreError) -> Bool {
    let now = clock.now()
    switch event {
    case .ended(let stepID, let outcome):
      let turn = run.attemptEnded(stepID, outcome, now: now, chance: .random(in: 0...1))
      return try await perform(turn, in: &group)
    case .retryDue(let stepID): return try await perform(run.retryDue(stepID, now: now), in: &group)
    case .heartbeat:
      group.addTask { await pulse() }
      return try await perform(run.heartbeat(until: now + lease, now: now), in: &group)
    case .stop(let cause):
      try await halt(cause, &run, &group)
      return true
    case .graceOver, .nothing: return false
    }
  }

  /// Ends the attempts, writes down how each ended, then what became of the task.
  private func halt(
    _ cause: TaskRun.StopCause, _ run: inout TaskRun, _ group: inout TaskGroup<Event>
  ) async throws(StoreError) {
    run.stop()
    if case .shutdown(let grace) = cause { try await drain(within: grace, &run, &group) }
    group.cancelAll()
    for await event in group {
      guard case .ended(let stepID, let outcome) = event else { continue }
      try await commit(run.attemptEnded(stepID, outcome, now: clock.now(), chance: 0).batch)
    }
    try await commit(run.end(cause, now: clock.now()).batch)
  }

  /// Lets the attempts that run come to their end.
  private func drain(
    within grace: Duration, _ run: inout TaskRun, _ group: inout TaskGroup<Event>
  ) async throws(StoreError) {
    group.addTask { (try? await clock.sleep(for: grace)) == nil ? .nothing : .graceOver }
    while run.attemptsInFlight > 0, let event = await group.next() {
      switch event {
      case .ended(let stepID, let outcome):
        try await commit(run.attemptEnded(stepID, outcome, now: clock.now(), chance: 0).batch)
      case .graceOver: return
      case .retryDue, .stop, .heartbeat, .nothing: break
      }
    }
  }

  private func perform(_ turn: TaskRun.Turn, in group: inout TaskGroup<Event>) async throws(StoreError) -> Bool {
    try await commit(turn.batch)
    for attempt in turn.attempts {
      group.addTask { .ended(stepID: attempt.stepID, await supervised(attempt)) }
    }
    for pause in turn.pauses {
      group.addTask {
        (try? await clock.sleep(for: pause.length)) == nil ? .nothing : .retryDue(stepID: pause.stepID)
      }
    }
    return turn.isOver
  }

  /// An outcome that is known must not be lost to a disk that is full for a while: the commit is tried again until it
  /// succeeds, the claim is lost, or the run is stopped.
  private func commit(_ batch: StoreBatch?) async throws(StoreError) {
    guard let batch else { return }
    var pause = Self.firstPause
    while true {
      do throws(StoreError) { return hub.publish(try await store.commit(batch)) } catch {
        guard error.mayPass, stop.current == nil else { throw error }
        notice("the journal of \(batch.taskID) could not be written and will be tried again: \(error)")
        _ = try? await withinTime(pause, by: clock) { await stop.value() }
        pause = min(pause * 2, Self.longestPause)
      }
    }
  }

  private static let firstPause: Duration = .milliseconds(100)
  private static let longestPause: Duration = .seconds(10)

  /// The attempt as a temporary child of the workers' supervisor, so that it is seen, counted and stopped with them.
  private func supervised(_ attempt: StepAttempt) async -> AttemptOutcome {
    let id = "\(attempt.call.context.taskID?.text ?? "")/\(attempt.stepID)#\(attempt.number)"
    let limit = attempt.call.context.timeout ?? worker.registry.callTimeout
    do throws(SupervisorError) {
      let outcome = try await workers.run(
        id, label: attempt.call.name.qualified, grace: Self.attemptGrace,
        heartbeat: HeartbeatRule(silence: limit + attemptMargin)
      ) { [worker] _ in await worker.perform(attempt) }
      if let outcome { return outcome }
    } catch {
      return .failed(ToolError(.shuttingDown, "no worker could be started for the step: \(error)", isRetryable: true))
    }
    if Task.isCancelled { return .interrupted }
    return .failed(
      ToolError(
        .timeout, "the call of \(attempt.call.name) hung beyond its \(limit.milliseconds) ms and was given up",
        isRetryable: true, mayHaveTakenEffect: true))
  }

  /// A call that ignores its cancellation for longer is given up; what it answers after that is ignored.
  private static let attemptGrace: Duration = .seconds(1)

  private func waitForStop() async -> Event { await stop.value().map { .stop($0) } ?? .stop(.shutdown(grace: .zero)) }

  private func wait(until deadline: Timestamp) async -> Event {
    let remaining = max(.zero, deadline.since(clock.now()))
    return (try? await clock.sleep(for: remaining)) == nil ? .nothing : .stop(.deadline)
  }

  private func pulse() async -> Event { (try? await clock.sleep(for: lease / 3)) == nil ? .nothing : .heartbeat }
}

extension StoreError {
  /// Whether the same commit may succeed later.
  fileprivate var mayPass: Bool { code != .preconditionFailed && code != .closed && code != .duplicateKey }
}

extension StoreBatch {
  /// Whose run it is from; for words only.
  fileprivate var taskID: String {
    for case .taskEpoch(let id, _) in preconditions { return id.text }
    return "a task"
  }
}
