import SCRProtocol

// What a plan's next actions come to as a commit.
extension TaskRun {
  mutating func turn(_ actions: [PlanExecution.Action], now: Timestamp) -> Turn {
    var turn = Turn()
    for action in actions {
      switch action {
      case .run(let stepID, .agent(let kind, let goal), let attempt, let timeout):
        let brief = begin(stepID, kind, goal, attempt: attempt, timeout: timeout, now: now)
        turn.attempts.append(StepAttempt(stepID: stepID, number: attempt, work: .agent(brief)))
        attemptsInFlight += 1
      case .run(let stepID, let work, let attempt, let timeout):
        let call = journal.begin(stepID, work, attempt: attempt, timeout: timeout, effect: effect, now: now)
        if let call {
          meter.called()
          turn.attempts.append(StepAttempt(stepID: stepID, number: attempt, work: .tool(call)))
          attemptsInFlight += 1
        }
      case .ready(let stepID): journal.ready(stepID)
      case .wait(let stepID, let request, let attempt): open(request, for: stepID, attempt: attempt, now: now)
      case .retryLater(let stepID, let attempt, let pause, let reason):
        journal.retrying(stepID, next: attempt, after: pause, reason, now: now)
        turn.pauses.append((stepID, pause))
      case .skip(let stepID, let reason): journal.skipped(stepID, reason, now: now)
      case .fail(let stepID, let reason): journal.failed(stepID, reason, now: now)
      case .stop(let stepID): turn.stops.append(stepID)
      case .cancel(let stepID): journal.cancelled([stepID], now: now)
      case .finish(let outcome):
        if !openWaits.isEmpty { turn.outcomes = outcomes(now: now) }
        conclude(outcome, now: now)
        turn.isOver = true
      }
    }
    turn.opened = fresh
    turn.children = freshChildren
    turn.batch = (turn.isOver ? over(now: now) : record(now: now)).batch
    return turn
  }

  /// The next batch as it is so far; nothing is taken.
  private func outcomes(now: Timestamp) -> StoreBatch? {
    var copy = self
    return copy.record(now: now).batch
  }

  /// Writes down what has come to its end, or would be tried again, and begins nothing.
  mutating func settle(_ actions: [PlanExecution.Action], now: Timestamp) -> Turn {
    var hasMore = false
    for action in actions {
      switch action {
      case .retryLater(let stepID, let attempt, let pause, let reason):
        journal.retrying(stepID, next: attempt, after: pause, reason, now: now)
      case .skip(let stepID, let reason): journal.skipped(stepID, reason, now: now)
      case .fail(let stepID, let reason): journal.failed(stepID, reason, now: now)
      case .cancel(let stepID): journal.cancelled([stepID], now: now)
      // The next run begins what was passed over.
      case .run, .ready, .wait: hasMore = true
      case .stop: break
      case .finish(let outcome): lateOutcome = hasMore ? nil : outcome
      }
    }
    return record(now: now)
  }

  mutating func conclude(_ outcome: PlanExecution.Outcome, now: Timestamp) {
    switch outcome {
    case .completed(let result):
      task.result = result
      let objection =
        Critic.objection(to: execution.plan.expectations, in: execution.scope)
        ?? Critic.objection(to: execution.plan, in: execution.scope)
      if let objection {
        finish(.failed, objection, now: now)
      } else {
        finish(.completed, nil, now: now)
      }
    case .failed(let reason): finish(.failed, reason, now: now)
    case .waiting(let steps): park(steps, because: openWaits.values.first { $0.stepID == steps.first })
    case .held(let steps): hold(steps, now: now)
    }
  }

  /// Ends the task, or lets a failed one be run again later.
  mutating func finish(_ end: TaskState, _ why: TaskReason?, now: Timestamp) {
    var (state, reason) = (end, why)
    if goesAgain(&state, &reason, now: now) { return }
    self.end(as: state, reason, now: now)
  }

  /// Ends the task for good.
  mutating func end(as state: TaskState, _ reason: TaskReason?, now: Timestamp) {
    task.state = state
    task.reason = reason
    task.endedAt = now
    task.lease = nil
    task.provenance = Provenance.json(of: journal.records, since: task.createdAt, until: now)
    closeWaits(now: now)
    journal.tell(
      .task(in: state), data: task.endData(openChildren: openWaits.values.count { $0.kind == .child }))
  }

  mutating func record(now: Timestamp) -> Turn {
    var changes = first + journal.takeChanges() + self.changes
    (first, self.changes) = ([], [])
    if hasNewTask {
      task.usage = meter.json
      changes.append(.updateTask(task))
      hasNewTask = false
    }
    return Turn(batch: changes.isEmpty ? nil : batch(changes, now: now))
  }

  mutating func over(now: Timestamp) -> Turn {
    task.updatedAt = now
    task.usage = meter.json
    let changes = first + journal.takeChanges() + self.changes + [.updateTask(task)]
    (first, self.changes) = ([], [])
    return Turn(batch: batch(changes, now: now), isOver: true)
  }

  mutating func batch(_ changes: [StoreChange], now: Timestamp) -> StoreBatch {
    defer {
      preconditions = []
      fresh = []
      freshChildren = []
    }
    return StoreBatch(
      at: now, preconditions: [.taskEpoch(task.id, task.epoch)] + preconditions, changes: changes,
      events: journal.takeEvents())
  }
}
