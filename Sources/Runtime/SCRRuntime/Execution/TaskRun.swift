import SCRProtocol

/// One task being worked off, as a value: takes what happened and says what to commit and what to do next.
///
/// The order is intent → effect → outcome: a ``Turn``'s batch must be committed before its attempts are begun. The last
/// step's outcome, the critic's verdict and the task's end share one commit; so do a wait, its step's state and, where it
/// waits for a child, the child task.
package struct TaskRun: Sendable {
  package struct Turn: Sendable {
    /// Nil when nothing changed.
    package var batch: StoreBatch?
    package var attempts: [StepAttempt] = []
    /// Steps to give to ``retryDue(_:now:)`` after a pause.
    package var pauses: [(stepID: String, length: Duration)] = []
    /// Steps whose attempts are to be stopped; their ends are reported as any others.
    package var stops: [String] = []
    /// Waits that the batch opens.
    package var opened: [Wait] = []
    /// Child tasks that the batch puts into the queue.
    package var children: [AgentTask] = []
    /// The task has left our hands: ended, waiting, or back in the queue.
    package var isOver = false
    /// What has to be written down where ``batch`` is refused because a wait was answered in the same moment: how the
    /// steps ended, without what becomes of the task. Nil for nothing.
    package var outcomes: StoreBatch?
  }

  package internal(set) var task: AgentTask
  var execution: PlanExecution
  var journal: StepJournal
  let effect: @Sendable (ToolName) -> ToolEffect
  let newID: @Sendable () -> String
  let serversDigest: @Sendable (Set<String>) -> String
  var isStopping = false
  /// Attempts that were begun and have not ended.
  package internal(set) var attemptsInFlight = 0
  /// What the plan came to while the run was being stopped.
  var lateOutcome: PlanExecution.Outcome?
  /// Waits that nobody has answered, as far as this run knows; by id.
  package internal(set) var openWaits: [String: Wait] = [:]
  /// What earlier runs left, until the start.
  private let news: [WaitNews]
  var meter: UsageMeter
  var budget: Budget?
  /// Why nothing may begin until somebody has looked.
  var loop: LoopVerdict?
  /// Nil while the plan is the one that the task began with.
  var loops: LoopDetector?
  /// What the task's row says has changed beside its state.
  var hasNewTask = false
  /// Steps whose workers were left behind.
  var stuck: Set<String> = []
  /// Steps that a revised plan left out while they ran, until their attempts have ended.
  var leaving: Set<String> = []
  /// What the next batch does before anything else.
  var first: [StoreChange] = []
  /// Steps whose agents may make calls of unknown outcome again, since somebody said so.
  var repeating: Set<String> = []
  /// What attempts that run have used so far and have not reported; whoever performs them sets it before each input.
  package var inFlight = Usage()
  /// Plans that may be made for a goal.
  let rounds: Int
  /// Beside the journal's, for the next batch.
  var changes: [StoreChange] = []
  var preconditions: [StorePrecondition] = []
  /// Steps whose calls tool servers had made tasks of when the run began.
  let remoteTasks: [String: RemoteTaskRecord]
  /// Waits that the next batch opens.
  var fresh: [Wait] = []
  /// Child tasks that it makes.
  var freshChildren: [AgentTask] = []

  /// - Parameters:
  ///   - task: claimed by us; its epoch fences every write.
  ///   - records: the journal of earlier runs.
  ///   - news: the waits of the task, oldest first.
  ///   - loops: where the calls of earlier runs were counted; nil for a plan that was never revised under way.
  ///   - journaled: what the agents' journals say was used.
  ///   - remoteTasks: what tool servers made of calls of earlier runs, by step.
  ///   - rounds: plans that may be made for a goal.
  ///   - effect: what trusted sources say of a tool.
  ///   - newID: gives 32 random hexadecimal digits.
  ///   - serversDigest: of the tool servers that a child task needs.
  package init(
    task: AgentTask, plan: Plan, records: [StepRecord], news: [WaitNews] = [], loops: LoopDetector? = nil,
    journaled: Usage = Usage(), remoteTasks: [String: RemoteTaskRecord] = [:], rounds: Int = AgentRules().rounds,
    maxParallel: Int,
    effect: @escaping @Sendable (ToolName) -> ToolEffect,
    newID: @escaping @Sendable () -> String = { RandomHex.make(bytes: 16) },
    serversDigest: @escaping @Sendable (Set<String>) -> String = { _ in "" }
  ) {
    self.task = task
    self.effect = effect
    self.news = news
    self.newID = newID
    self.serversDigest = serversDigest
    self.loops = loops
    loop = loops?.verdict
    self.rounds = rounds
    self.remoteTasks = remoteTasks
    budget = task.budget.flatMap { try? Budget(json: $0, path: "budget") }
    meter = UsageMeter(
      json: task.usage, calls: records.reduce(0) { $0 + ($1.intent == nil ? 0 : $1.attempt) },
      journaled: journaled)
    execution = PlanExecution(
      plan: plan, inputs: task.inputs, records: records, unknownOutcomeDefault: task.unknownOutcomeDefault,
      maxParallel: maxParallel, childrenLeft: PlanLimits.children - news.count { $0.wait.kind == .child })
    journal = StepJournal(taskID: task.id, records: records)
    for item in Self.current(news, records) where item.wait.isOpen { openWaits[item.wait.id] = item.wait }
  }

  // MARK: Inputs

  package mutating func start(now: Timestamp, chance: Double = 0) -> Turn {
    if journal.records.isEmpty {
      journal.tell(.planCreated, data: ["steps": .array(execution.plan.steps.map { .string($0.id) })])
    }
    if let reason = takeAnswer(news) {
      cancelOpenSteps(now: now)
      end(as: .failed, reason, now: now)
      return over(now: now)
    }
    let (waits, ended) = leftWaits(news)
    count(now: now)
    for item in ended where item.resolution == .again { repeating.insert(item.stepID) }
    let actions = execution.start(
      effect: { [effect, remoteTasks] record in
        // Its call is taken up where its server has it, and not made again.
        if remoteTasks[record.stepID] != nil { return .idempotent }
        return record.intent.map { intent in intent.effect.mayRepeat ? intent.effect : effect(intent.tool) } ?? .unknown
      }, waits: waits, chance: chance)
    for item in ended { write(item.resolution, of: item.stepID, child: item.child, now: now) }
    return turn(actions, now: now)
  }

  /// - Parameters:
  ///   - used: what an agent has used since the attempt began; a tool's call was counted with its intent.
  ///   - chance: 0…1, for the jitter of a further attempt's pause.
  package mutating func attemptEnded(
    _ stepID: String, _ outcome: AttemptOutcome, used: Usage = Usage(), now: Timestamp, chance: Double
  ) -> Turn {
    attemptsInFlight -= 1
    meter.add(used)
    if used != Usage() { hasNewTask = true }
    // Whatever it says comes too late.
    if leaving.remove(stepID) != nil { return record(now: now) }
    count(now: now)
    switch outcome {
    case .answered(let result) where !result.isError:
      journal.succeeded(stepID, result, now: now)
      getsOn()
      ended(stepID)
      count(now: now)
      let actions = execution.stepSucceeded(stepID, value: result.json)
      return isStopping ? settle(actions, now: now) : turn(actions, now: now)
    case .answered(let result):
      var reason = TaskReason(
        kind: TaskReason.toolFailed, message: String(result.text.prefix(2000)), stepID: stepID)
      reason.retryAfter = result.retryAfter
      journal.answered(stepID, result, now: now)
      return attemptFailed(
        stepID, reason, isRetryable: true, value: result.json, now: now, chance: chance)
    case .worked(let result, let report): return agentWorked(stepID, result, report, now: now)
    case .gaveUp(let failure):
      journal.gaveUp(stepID, now: now)
      return attemptFailed(
        stepID, failure.reason, isRetryable: failure.isRetryable, now: now, chance: chance)
    case .paused: return agentPaused(stepID, now: now)
    case .unknown(let reason): return agentAsks(stepID, reason, now: now)
    case .failed(let error):
      var reason = TaskReason(error.kind, error.message, stepID: stepID, hint: error.hint)
      reason.retryAfter = error.retryAfter
      journal.gaveNoAnswer(stepID, error, now: now)
      if isStopping {
        // We may be why it gave none. Where it took no effect the attempt never was; otherwise the next run has to ask.
        if !error.mayHaveTakenEffect { journal.withdrawn(stepID) }
        return record(now: now)
      }
      if execution.stoppedBy != nil, error.kind == .cancelled { return attemptStopped(stepID, now: now) }
      return attemptFailed(stepID, reason, isRetryable: error.isRetryable, now: now, chance: chance)
    case .interrupted, .stuck:
      if case .stuck = outcome { stuck.insert(stepID) }
      if isStopping { return record(now: now) }
      if execution.stoppedBy != nil { return attemptStopped(stepID, now: now) }
      let reason = TaskReason(.internal, "its worker was stopped without our doing", stepID: stepID)
      return attemptFailed(stepID, reason, isRetryable: true, now: now, chance: chance)
    }
  }

  mutating func attemptFailed(
    _ stepID: String, _ reason: TaskReason, isRetryable: Bool, value: JSONValue? = nil, now: Timestamp, chance: Double
  ) -> Turn {
    let actions = execution.stepFailed(
      stepID, reason: reason, isRetryable: isRetryable, chance: chance, value: value)
    if execution.states[stepID] == .failed {
      journal.failed(stepID, reason, now: now)
      getsOn()
      ended(stepID)
    }
    return isStopping ? settle(actions, now: now) : turn(actions, now: now)
  }

  /// The plan fails without it.
  private mutating func attemptStopped(_ stepID: String, now: Timestamp) -> Turn {
    let actions = execution.stepStopped(stepID)
    if stuck.contains(stepID) { journal.stuck(stepID, now: now) } else { journal.cancelled([stepID], now: now) }
    return turn(actions, now: now)
  }

  package mutating func retryDue(_ stepID: String, now: Timestamp) -> Turn {
    if isStopping { return Turn() }
    count(now: now)
    return turn(execution.retryDue(stepID), now: now)
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
    meter.ran(until: now)
    switch cause {
    case .cancelled:
      cancelOpenSteps(now: now)
      finish(.cancelled, TaskReason(.cancelled, "somebody asked for it to be cancelled"), now: now)
    case .deadline:
      cancelOpenSteps(now: now)
      finish(.failed, TaskReason(.timeout, "the task did not end before its deadline"), now: now)
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

  private mutating func cancelOpenSteps(now: Timestamp) {
    // A run that never began has not taken over yet what has come to its end.
    let ended = Set(journal.records.filter(\.state.isFinal).map(\.stepID))
    for stepID in execution.cancel() where !ended.contains(stepID) {
      if stuck.contains(stepID) { journal.stuck(stepID, now: now) } else { journal.cancelled([stepID], now: now) }
    }
  }

  /// Prolongs the lease.
  package mutating func heartbeat(until: Timestamp, now: Timestamp) -> Turn {
    task.lease?.until = until
    task.updatedAt = now
    meter.ran(until: now)
    task.usage = meter.json
    return Turn(batch: batch([.updateTask(task)], now: now))
  }
}
