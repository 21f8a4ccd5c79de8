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

  private enum Event: Sendable {
    case ended(stepID: String, AttemptOutcome)
    case retryDue(stepID: String)
    case stop(TaskRun.StopCause)
    case heartbeat
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
        if let deadline = run.task.deadline, deadline <= clock.now() {
          try await commit(run.end(.deadline, now: clock.now()).batch)
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
    case .nothing: return false
    }
  }

  /// Cancels the attempts, writes down how each ended, then what became of the task.
  private func halt(
    _ cause: TaskRun.StopCause, _ run: inout TaskRun, _ group: inout TaskGroup<Event>
  ) async throws(StoreError) {
    run.stop()
    group.cancelAll()
    for await event in group {
      guard case .ended(let stepID, let outcome) = event else { continue }
      try await commit(run.attemptEnded(stepID, outcome, now: clock.now(), chance: 0).batch)
    }
    try await commit(run.end(cause, now: clock.now()).batch)
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

  private func commit(_ batch: StoreBatch?) async throws(StoreError) {
    guard let batch else { return }
    hub.publish(try await store.commit(batch))
  }

  /// The attempt as a temporary child of the workers' supervisor, so that it is seen, counted and stopped with them.
  private func supervised(_ attempt: StepAttempt) async -> AttemptOutcome {
    let id = "\(attempt.call.context.taskID?.text ?? "")/\(attempt.stepID)#\(attempt.number)"
    return await workers.run(id) { [worker] in await worker.perform(attempt) }
      ?? .failed(ToolError(.shuttingDown, "no worker could be started for the step", isRetryable: true))
  }

  private func waitForStop() async -> Event { await stop.value().map { .stop($0) } ?? .stop(.shutdown) }

  private func wait(until deadline: Timestamp) async -> Event {
    let remaining = max(.zero, deadline.since(clock.now()))
    return (try? await clock.sleep(for: remaining)) == nil ? .nothing : .stop(.deadline)
  }

  private func pulse() async -> Event { (try? await clock.sleep(for: lease / 3)) == nil ? .nothing : .heartbeat }
}
