package import SCRProtocol

/// One run of a task's plan as a pure state machine: it says what to do next, somebody else does it and reports back.
///
/// A step runs when everything it depends on is completed. What a failed step does to the others is its policy's. A step that
/// pauses before a further attempt gives its parallel slot away, and one that waits never has one; when its pause is over it
/// is the first to get a free one.
package struct PlanExecution: Sendable {
  package enum Action: Sendable, Hashable {
    /// Begin an attempt; the arguments are resolved. Journal the intent, then call.
    case run(stepID: String, work: StepWork, attempt: Int, timeout: Duration?)
    /// It may begin as soon as there is a free slot.
    case ready(stepID: String)
    /// It waits from now on; ``resolved(_:)`` tells how that ended.
    case wait(stepID: String, WaitRequest, attempt: Int)
    /// Wait, then call ``retryDue(_:)``.
    case retryLater(stepID: String, attempt: Int, after: Duration, TaskReason)
    case skip(stepID: String, TaskReason)
    /// The step ends without an attempt: its arguments have no value, or its outcome stays unknown.
    case fail(stepID: String, TaskReason)
    /// The plan fails without it: stop its attempt, then report how that ended.
    case stop(stepID: String)
    /// It ends with the plan and does not come to an end of its own.
    case cancel(stepID: String)
    /// Nothing is left to run.
    case finish(Outcome)
  }

  package enum Outcome: Sendable, Hashable {
    case completed(result: JSONValue)
    case failed(TaskReason)
    /// Only steps that wait are left, in the plan's order.
    case waiting([String])
    /// Steps could begin and may not; these wait beside them.
    case held([String])
  }

  /// A step that an earlier run left waiting.
  package enum Pending: Sendable, Hashable {
    case open
    case over(StepResolution)
  }

  package private(set) var plan: Plan
  package internal(set) var scope: TemplateScope
  package internal(set) var states: [String: StepState] = [:]
  var attempts: [String: Int] = [:]
  var reasons: [String: TaskReason] = [:]
  var running: Set<String> = []
  /// Steps whose pause is over and that wait for a free slot; they are `ready`, as those in their pause are.
  var due: Set<String> = []
  /// Steps whose ``Action/ready(stepID:)`` was given; `pending` until they begin.
  var announced: Set<String> = []
  /// The step whose failure ends the plan at once.
  var stoppedBy: String?
  let maxParallel: Int
  /// Calls that may still begin; whoever counts them sets it before each input.
  package var callsLeft = Int.max
  /// Child tasks that it may still make.
  var childrenLeft: Int
  let unknownDefault: UnknownOutcomePolicy
  let records: [String: StepRecord]
  var isFinished = false

  /// - Parameters:
  ///   - records: what the journal holds from an earlier run.
  ///   - childrenLeft: child tasks that may still be made for it.
  package init(
    plan: Plan, inputs: JSONObject, records: [StepRecord], unknownOutcomeDefault: UnknownOutcomePolicy,
    maxParallel: Int, childrenLeft: Int = PlanLimits.children
  ) {
    self.plan = plan
    self.childrenLeft = childrenLeft
    self.maxParallel = max(1, maxParallel)
    unknownDefault = unknownOutcomeDefault
    self.records = Dictionary(records.map { ($0.stepID, $0) }) { $1 }
    var merged = plan.inputs
    for input in inputs { merged[input.key] = input.value }
    scope = TemplateScope(inputs: merged, steps: [:])
    for step in plan.steps { states[step.id] = .pending }
  }

  // MARK: Inputs

  package mutating func stepSucceeded(_ id: String, value: JSONValue) -> [Action] {
    guard running.remove(id) != nil else { return [] }
    complete(id, value)
    return advance()
  }

  /// - Parameters:
  ///   - chance: 0…1, for the jitter of the pause.
  ///   - value: what the tool answered, for those that go on with a failure.
  package mutating func stepFailed(
    _ id: String, reason: TaskReason, isRetryable: Bool, chance: Double, value: JSONValue? = nil
  ) -> [Action] {
    guard running.remove(id) != nil, let step = step(id) else { return [] }
    return failed(step, reason, isRetryable, chance, value) + advance()
  }

  /// An attempt was stopped by us and gave no outcome.
  package mutating func stepStopped(_ id: String) -> [Action] {
    guard running.remove(id) != nil else { return [] }
    states[id] = .cancelled
    return advance()
  }

  /// An attempt stopped by itself because what it may use is used up: it is made again under its old number.
  package mutating func stepPaused(_ id: String) -> [Action] {
    guard running.remove(id) != nil, let step = step(id) else { return [] }
    takeBackAttempt(step)
    states[id] = .pending
    return advance()
  }

  /// An attempt has to know what became of a call of an earlier life before it can go on.
  package mutating func stepAsks(_ id: String, _ reason: TaskReason) -> [Action] {
    guard running.remove(id) != nil else { return [] }
    states[id] = .waiting
    return [.wait(stepID: id, .unknownOutcome(reason), attempt: attempts[id] ?? 1)] + advance()
  }

  /// The plan becomes longer. Steps that it has already stay as they are.
  package mutating func extend(to longer: Plan) {
    guard !isFinished else { return }
    plan = longer
    for step in longer.steps where states[step.id] == nil { states[step.id] = .pending }
  }

  /// The pause before a further attempt is over. The attempt begins once there is a free slot.
  package mutating func retryDue(_ id: String) -> [Action] {
    guard states[id] == .ready, due.insert(id).inserted else { return [] }
    return advance()
  }

  /// Waits have ended.
  package mutating func resolved(_ resolutions: [(stepID: String, StepResolution)], chance: Double) -> [Action] {
    guard !isFinished else { return [] }
    var actions: [Action] = []
    for (id, resolution) in resolutions where states[id] == .waiting { actions += resolve(id, resolution, chance) }
    return actions + advance()
  }

  /// Nothing begins any more, and whatever is reported later changes nothing.
  ///
  /// Steps that are running are among the open ones: to stop their attempts, and to await them, is the caller's part.
  /// - Returns: the steps to mark as cancelled, in the plan's order.
  package mutating func cancel() -> [String] {
    guard !isFinished else { return [] }
    isFinished = true
    running = []
    due = []
    return cancelOpen()
  }

  // MARK: Ends of steps

  func step(_ id: String) -> Step? { plan.steps.first { $0.id == id } }

  mutating func complete(_ id: String, _ value: JSONValue) {
    states[id] = .completed
    scope.steps[id] = value
  }

  mutating func resolve(_ id: String, _ resolution: StepResolution, _ chance: Double) -> [Action] {
    guard let step = step(id) else { return [] }
    switch resolution {
    case .value(let value):
      complete(id, value)
      return []
    case .failed(let reason, let isRetryable): return failed(step, reason, isRetryable, chance, nil)
    case .again:
      takeBackAttempt(step)
      states[id] = .pending
      return []
    }
  }

  private mutating func failed(
    _ step: Step, _ reason: TaskReason, _ isRetryable: Bool, _ chance: Double, _ value: JSONValue?
  ) -> [Action] {
    let attempt = attempts[step.id] ?? 1
    if isRetryable, attempt < step.retry.attempts, stoppedBy == nil {
      states[step.id] = .ready
      let hint = min(reason.retryAfter ?? .zero, RetryPolicy.longestHint)
      let pause = max(step.retry.pause(after: attempt, chance: chance), hint)
      return [.retryLater(stepID: step.id, attempt: attempt + 1, after: pause, reason)]
    }
    return fail(step, reason, value)
  }

  /// - Returns: the attempts to stop.
  mutating func fail(_ step: Step, _ reason: TaskReason, _ value: JSONValue?) -> [Action] {
    states[step.id] = .failed
    reasons[step.id] = reason
    switch policy(of: step) {
    case .skipDependents: return []
    case .continue:
      scope.steps[step.id] = Self.failureValue(value, reason)
      return []
    case .stop:
      guard stoppedBy == nil else { return [] }
      stoppedBy = step.id
      return plan.steps.map(\.id).filter(running.contains).map { .stop(stepID: $0) }
    }
  }

  /// What a failed step is to those that go on with it: what its tool answered, or its reason in the same shape.
  static func failureValue(_ value: JSONValue?, _ reason: TaskReason) -> JSONValue {
    if let value, value["isError"] == true { return value }
    return ToolResult(text: reason.message, structuredContent: ["reason": reason.json], isError: true).json
  }

  func policy(of step: Step) -> StepFailurePolicy {
    step.onFailure ?? (plan.failure == .failFast ? .stop : .skipDependents)
  }

  /// An interruption is no fault of the step's: the attempt is made again under its old number.
  mutating func takeBackAttempt(_ step: Step) { attempts[step.id] = max(0, (attempts[step.id] ?? 1) - 1) }

  mutating func cancelOpen() -> [String] {
    let open = plan.steps.map(\.id).filter { states[$0]?.isFinal == false }
    for id in open { states[id] = .cancelled }
    return open
  }
}

extension RetryPolicy {
  static let longestPause: Duration = .seconds(60)
  /// Who names a moment is believed, but not for ever.
  static let longestHint: Duration = .seconds(3600)

  /// Exponential from ``backoff``, capped, of which the share ``jitter`` is random.
  func pause(after attempt: Int, chance: Double) -> Duration {
    let full = min(backoff * (1 << min(attempt - 1, 16)), Self.longestPause)
    return full * (1 - jitter * chance)
  }
}
