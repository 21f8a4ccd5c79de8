import SCRProtocol

// Attempts, and how they are stopped.
extension TaskRunner {
  /// Ends the attempts, writes down how each ended, then what became of the task. An attempt that ignores it is left behind
  /// after ``RuntimeConfiguration/cancelGrace``.
  func halt(
    _ cause: TaskRun.StopCause, _ state: inout State, _ group: inout TaskGroup<Event>
  ) async throws(StoreError) {
    state.run.stop()
    if case .shutdown(let grace) = cause { try await drain(within: grace, &state, &group) }
    group.cancelAll()
    for await event in group {
      guard case .ended(let stepID, let outcome) = event else { continue }
      try await commit(ended(stepID, outcome, &state, now: clock.now(), chance: 0).batch)
    }
    try await commit(state.run.end(cause, now: clock.now()).batch)
  }

  /// Lets the attempts that run come to their end.
  private func drain(
    within grace: Duration, _ state: inout State, _ group: inout TaskGroup<Event>
  ) async throws(StoreError) {
    group.addTask { (try? await clock.sleep(for: grace)) == nil ? .nothing : .graceOver }
    while state.run.attemptsInFlight > 0, let event = await group.next() {
      switch event {
      case .ended(let stepID, let outcome):
        try await commit(ended(stepID, outcome, &state, now: clock.now(), chance: 0).batch)
      case .graceOver: return
      case .retryDue, .news, .stop, .heartbeat, .nothing: break
      }
    }
  }

  /// The attempt as a temporary child of the workers' supervisor, so that it is seen, counted and stopped with them.
  /// - Parameter stop: ends the attempt without the run.
  func supervised(
    _ attempt: StepAttempt, _ spending: AgentSpending, epoch: Int64, until stop: OneShot<Void>
  ) async -> AttemptOutcome {
    await withTaskGroup(of: AttemptOutcome?.self) { group in
      group.addTask { await supervised(attempt, spending, epoch: epoch) }
      group.addTask {
        await stop.value()
        return nil
      }
      defer { group.cancelAll() }
      if case .some(.some(let outcome)) = await group.next() { return outcome }
      group.cancelAll()
      while let end = await group.next() { if let end { return end } }
      return .interrupted
    }
  }

  private func supervised(
    _ attempt: StepAttempt, _ spending: AgentSpending, epoch: Int64
  ) async -> AttemptOutcome {
    // The claim is part of the name: one that was left behind may still be there under an earlier one.
    let id = "\(attempt.taskID?.text ?? "")/\(attempt.stepID)#\(attempt.number)@\(epoch)"
    let limit = worker.limit(of: attempt)
    let end = OneShot<Void>()
    let outcome: AttemptOutcome?
    do throws(SupervisorError) {
      outcome = try await workers.run(
        id, label: attempt.label, grace: configuration.cancelGrace,
        heartbeat: HeartbeatRule(silence: limit + configuration.health.attemptMargin)
      ) { [worker, notice] life in
        let outcome = await worker.perform(attempt, spending, life)
        if end.current != nil { notice("\(id) ended after it had been left behind; its result is refused") }
        return outcome
      }
    } catch {
      return .failed(ToolError(.shuttingDown, "no worker could be started for the step: \(error)", isRetryable: true))
    }
    if let outcome { return outcome }
    end.fire(())
    notice("\(id) goes on although it was told to stop; it is left behind")
    if Task.isCancelled { return .stuck }
    return .failed(
      ToolError(
        .timeout, "the call of \(attempt.label) hung beyond its \(limit.milliseconds) ms and was given up",
        isRetryable: true, mayHaveTakenEffect: true))
  }
}
