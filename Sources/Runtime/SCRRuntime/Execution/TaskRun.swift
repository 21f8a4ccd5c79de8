import SCRProtocol

/// One task being worked off, as a value: takes what happened and says what to commit and what to do next.
///
/// The order is intent → effect → outcome: a ``Turn``'s batch must be committed before its attempts are begun. The last
/// step's outcome, the critic's verdict and the task's end share one commit.
package struct TaskRun: Sendable {
  package struct Turn: Sendable {
    /// Nil when nothing changed.
    package var batch: StoreBatch?
    package var attempts: [StepAttempt] = []
    /// Steps to give to ``retryDue(_:now:)`` after a pause.
    package var pauses: [(stepID: String, length: Duration)] = []
    /// The task has left our hands: ended, waiting, or back in the queue.
    package var isOver = false
  }

  package internal(set) var task: AgentTask
  private(set) var execution: PlanExecution
  var journal: StepJournal
  private let effect: @Sendable (ToolName) -> ToolEffect
  private var isStopping = false
  /// Attempts that were begun and have not ended.
  package private(set) var attemptsInFlight = 0
  /// What the plan came to while the run was being stopped.
  private var lateOutcome: PlanExecution.Outcome?
  /// Beside the journal's, for the next batch.
  var changes: [StoreChange] = []

  /// - Parameters:
  ///   - task: claimed by us; its epoch fences every write.
  ///   - records: the journal of earlier runs.
  ///   - effect: what trusted sources say of a tool.
  package init(
    task: AgentTask, plan: Plan, records: [StepRecord], maxParallel: Int,
    effect: @escaping @Sendable (ToolName) -> ToolEffect
  ) {
    self.task = task
    self.effect = effect
    execution = PlanExecution(
      plan: plan, inputs: task.inputs, records: records, unknownOutcomeDefault: task.unknownOutcomeDefault,
      maxParallel: maxParallel)
    journal = StepJournal(taskID: task.id, records: records)
  }

  // MARK: Inputs

  package mutating func start(now: Timestamp) -> Turn {
    if journal.records.isEmpty {
      journal.tell(.planCreated, data: ["steps": .array(execution.plan.steps.map { .string($0.id) })])
    }
    let actions = execution.start { [effect] record in
      record.intent.map { intent in intent.effect.mayRepeat ? intent.effect : effect(intent.tool) } ?? .unknown
    }
    return turn(actions, now: now)
  }

  /// - Parameter chance: 0…1, for the jitter of a further attempt's pause.
  package mutating func attemptEnded(
    _ stepID: String, _ outcome: AttemptOutcome, now: Timestamp, chance: Double
  ) -> Turn {
    attemptsInFlight -= 1
    switch outcome {
    case .answered(let result) where !result.isError:
      journal.succeeded(stepID, result, now: now)
      getsOn()
      let actions = execution.stepSucceeded(stepID, value: result.json)
      return isStopping ? settle(actions, now: now) : turn(actions, now: now)
    case .answered(let result):
      var reason = TaskReason(
        kind: TaskReason.toolFailed, message: String(result.text.prefix(2000)), stepID: stepID)
      reason.retryAfter = result.retryAfter
      journal.answered(stepID, result, now: now)
      return attemptFailed(stepID, reason, isRetryable: true, now: now, chance: chance)
    case .failed(let error):
      var reason = TaskReason(error.kind, error.message, stepID: stepID, hint: error.hint)
      reason.retryAfter = error.retryAfter
      journal.gaveNoAnswer(stepID, error, now: now)
      if isStopping {
        // We may be why it gave none. Where it took no effect the attempt never was; otherwise the next run has to ask.
        if !error.mayHaveTakenEffect { journal.withdrawn(stepID) }
        return record(now: now)
      }
      return attemptFailed(stepID, reason, isRetryable: error.isRetryable, now: now, chance: chance)
    case .interrupted: return record(now: now)
    }
  }

  private mutating func attemptFailed(
    _ stepID: String, _ reason: TaskReason, isRetryable: Bool, now: Timestamp, chance: Double
  ) -> Turn {
    let actions = execution.stepFailed(stepID, reason: reason, isRetryable: isRetryable, chance: chance)
    if execution.states[stepID] == .failed {
      journal.failed(stepID, reason, now: now)
      getsOn()
    }
    return isStopping ? settle(actions, now: now) : turn(actions, now: now)
  }

  package mutating func retryDue(_ stepID: String, now: Timestamp) -> Turn {
    isStopping ? Turn() : turn(execution.retryDue(stepID), now: now)
  }

  /// From here on outcomes are written down but nothing new begins. ``end(_:now:)`` follows once all attempts are over.
  package mutating func stop() { isStopping = true }

  /// Why a run was stopped before its plan had come to its end.
  package enum StopCause: Sendable, Hashable {
    case cancelled
    case deadline
    /// The runtime shuts down: no fault of the task's, which goes back into the queue. Attempts that run may end within
    /// `grace`.
    case shutdown(grace: Duration)
  }

  package mutating func end(_ cause: StopCause, now: Timestamp) -> Turn {
    switch cause {
    case .cancelled:
      journal.cancelled(execution.cancel(), now: now)
      finish(.cancelled, TaskReason(.cancelled, "somebody asked for it to be cancelled"), now: now)
    case .deadline:
      let reason = TaskReason(.timeout, "the task did not end before its deadline")
      journal.cancelled(execution.cancel(), now: now)
      finish(.failed, reason, now: now)
    case .shutdown:
      if let lateOutcome {
        conclude(lateOutcome, now: now)
      } else {
        journal.tell(.task(in: .queued), data: ["interrupted": true])
        task.state = .queued
        task.lease = nil
      }
    }
    return over(now: now)
  }

  /// Prolongs the lease.
  package mutating func heartbeat(until: Timestamp, now: Timestamp) -> Turn {
    task.lease?.until = until
    task.updatedAt = now
    return Turn(batch: batch([.updateTask(task)], now: now))
  }

  // MARK: Turns

  private mutating func turn(_ actions: [PlanExecution.Action], now: Timestamp) -> Turn {
    var turn = Turn()
    for action in actions {
      switch action {
      case .run(let stepID, let work, let attempt, let timeout):
        let call = journal.begin(stepID, work, attempt: attempt, timeout: timeout, effect: effect, now: now)
        if let call {
          turn.attempts.append(StepAttempt(stepID: stepID, number: attempt, call: call))
          attemptsInFlight += 1
        }
      case .retryLater(let stepID, let attempt, let pause, let reason):
        journal.retrying(stepID, next: attempt, after: pause, reason, now: now)
        turn.pauses.append((stepID, pause))
      case .skip(let stepID, let reason): journal.skipped(stepID, reason, now: now)
      case .fail(let stepID, let reason): journal.failed(stepID, reason, now: now)
      case .finish(let outcome):
        conclude(outcome, now: now)
        turn.isOver = true
      }
    }
    if turn.isOver { return over(now: now) }
    turn.batch = record(now: now).batch
    return turn
  }

  /// Writes down what has come to its end, or would be tried again, and begins nothing.
  private mutating func settle(_ actions: [PlanExecution.Action], now: Timestamp) -> Turn {
    for action in actions {
      switch action {
      case .retryLater(let stepID, let attempt, let pause, let reason):
        journal.retrying(stepID, next: attempt, after: pause, reason, now: now)
      case .skip(let stepID, let reason): journal.skipped(stepID, reason, now: now)
      case .fail(let stepID, let reason): journal.failed(stepID, reason, now: now)
      case .finish(let outcome): lateOutcome = outcome
      case .run: break
      }
    }
    return record(now: now)
  }

  private mutating func conclude(_ outcome: PlanExecution.Outcome, now: Timestamp) {
    switch outcome {
    case .completed(let result):
      task.result = result
      if let objection = Critic.objection(to: execution.plan.expectations, in: execution.scope) {
        finish(.failed, objection, now: now)
      } else {
        finish(.completed, nil, now: now)
      }
    case .failed(let reason): finish(.failed, reason, now: now)
    case .waiting(let reason):
      journal.waiting(execution.states.filter { $0.value == .waiting }.map(\.key).sorted(), reason, now: now)
      task.reason = reason
      task.state = .waiting
      task.lease = nil
      journal.tell(.taskWaiting, data: ["reason": reason.json])
    }
  }

  private mutating func finish(_ end: TaskState, _ why: TaskReason?, now: Timestamp) {
    var (state, reason) = (end, why)
    if goesAgain(&state, &reason, now: now) { return }
    task.state = state
    task.reason = reason
    task.endedAt = now
    task.lease = nil
    task.provenance = Provenance.json(of: journal.records, since: task.createdAt, until: now)
    var data: JSONObject = [:]
    data["reason"] = reason?.json
    journal.tell(.task(in: state), data: .object(data))
  }

  private mutating func record(now: Timestamp) -> Turn {
    let changes = journal.takeChanges() + self.changes
    self.changes = []
    return Turn(batch: changes.isEmpty ? nil : batch(changes, now: now))
  }

  private mutating func over(now: Timestamp) -> Turn {
    task.updatedAt = now
    let changes = journal.takeChanges() + self.changes + [.updateTask(task)]
    self.changes = []
    return Turn(batch: batch(changes, now: now), isOver: true)
  }

  private mutating func batch(_ changes: [StoreChange], now: Timestamp) -> StoreBatch {
    StoreBatch(
      at: now, preconditions: [.taskEpoch(task.id, task.epoch)], changes: changes, events: journal.takeEvents())
  }
}
