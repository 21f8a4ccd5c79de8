package import SCRProtocol

/// One run of a task's plan as a pure state machine: it says what to do next, somebody else does it and reports back.
///
/// A step runs when everything it depends on is completed. A failed step skips its dependents; independent steps finish.
/// A step that pauses before a further attempt gives its parallel slot away, so that long pauses hold up nobody; when its
/// pause is over it is the first to get a free one.
package struct PlanExecution: Sendable {
  package enum Action: Sendable, Hashable {
    /// Begin an attempt; the arguments are resolved. Journal the intent, then call.
    case run(stepID: String, work: StepWork, attempt: Int, timeout: Duration?)
    /// Wait, then call ``retryDue(_:)``.
    case retryLater(stepID: String, attempt: Int, after: Duration, TaskReason)
    case skip(stepID: String, TaskReason)
    /// The step ends without an attempt: its arguments have no value, or its outcome stays unknown.
    case fail(stepID: String, TaskReason)
    /// Nothing is left to run.
    case finish(Outcome)
  }

  package enum Outcome: Sendable, Hashable {
    case completed(result: JSONValue)
    case failed(TaskReason)
    /// Somebody has to decide about a step whose outcome is unknown.
    case waiting(TaskReason)
  }

  package let plan: Plan
  package private(set) var scope: TemplateScope
  package private(set) var states: [String: StepState] = [:]
  private var attempts: [String: Int] = [:]
  private var reasons: [String: TaskReason] = [:]
  private var running: Set<String> = []
  /// Steps whose pause is over and that wait for a free slot; they are `ready`, as those in their pause are.
  private var due: Set<String> = []
  private let maxParallel: Int
  private let unknownDefault: UnknownOutcomePolicy
  private let records: [String: StepRecord]
  private var isFinished = false

  /// - Parameter records: what the journal holds from an earlier run.
  package init(
    plan: Plan, inputs: JSONObject, records: [StepRecord], unknownOutcomeDefault: UnknownOutcomePolicy,
    maxParallel: Int
  ) {
    self.plan = plan
    self.maxParallel = max(1, maxParallel)
    unknownDefault = unknownOutcomeDefault
    self.records = Dictionary(records.map { ($0.stepID, $0) }) { $1 }
    var merged = plan.inputs
    for input in inputs { merged[input.key] = input.value }
    scope = TemplateScope(inputs: merged, steps: [:])
    for step in plan.steps { states[step.id] = .pending }
  }

  // MARK: Inputs

  /// - Parameter effect: whether a call that a crash interrupted may be made again.
  package mutating func start(effect: (StepRecord) -> ToolEffect) -> [Action] {
    var actions: [Action] = []
    for step in plan.steps {
      guard let record = records[step.id] else { continue }
      attempts[step.id] = record.attempt
      switch record.state {
      case .completed:
        states[step.id] = .completed
        scope.steps[step.id] = record.value ?? .null
      case .failed, .skipped:
        states[step.id] = record.state
        reasons[step.id] = record.reason
      case .running where record.intent != nil, .waiting where record.intent != nil:
        actions += interrupted(step, record, effect(record))
      case .pending, .ready, .running, .waiting, .cancelled: break
      }
    }
    return actions + advance()
  }

  package mutating func stepSucceeded(_ id: String, value: JSONValue) -> [Action] {
    guard running.remove(id) != nil else { return [] }
    states[id] = .completed
    scope.steps[id] = value
    return advance()
  }

  /// - Parameter chance: 0…1, for the jitter of the pause.
  package mutating func stepFailed(
    _ id: String, reason: TaskReason, isRetryable: Bool, chance: Double
  ) -> [Action] {
    guard running.contains(id), let step = plan.steps.first(where: { $0.id == id }) else { return [] }
    let attempt = attempts[id] ?? 1
    if isRetryable, attempt < step.retry.attempts {
      let hint = min(reason.retryAfter ?? .zero, RetryPolicy.longestHint)
      let pause = max(step.retry.pause(after: attempt, chance: chance), hint)
      running.remove(id)
      states[id] = .ready
      return [.retryLater(stepID: id, attempt: attempt + 1, after: pause, reason)] + advance()
    }
    running.remove(id)
    states[id] = .failed
    reasons[id] = reason
    return advance()
  }

  /// The pause before a further attempt is over. The attempt begins once there is a free slot.
  package mutating func retryDue(_ id: String) -> [Action] {
    guard states[id] == .ready, due.insert(id).inserted else { return [] }
    return advance()
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
    let open = plan.steps.map(\.id).filter { states[$0]?.isFinal == false }
    for id in open { states[id] = .cancelled }
    return open
  }

  // MARK: Decisions

  private mutating func interrupted(_ step: Step, _ record: StepRecord, _ effect: ToolEffect) -> [Action] {
    if effect.mayRepeat { return resume(step) }
    let tool = record.intent?.tool.qualified ?? step.id
    let reason = TaskReason(
      kind: TaskReason.unknownOutcome,
      message: "the runtime ended while \(tool) ran; it is unknown whether the call took effect",
      stepID: step.id, hint: "check its effect, then retry the task, or set onUnknownOutcome for the step")
    switch step.onUnknownOutcome ?? unknownDefault {
    case .retry: return resume(step)
    case .ask:
      states[step.id] = .waiting
      reasons[step.id] = reason
      return []
    case .fail:
      states[step.id] = .failed
      reasons[step.id] = reason
      return [.fail(stepID: step.id, reason)]
    }
  }

  /// An interruption is no fault of the step's: the attempt is made again under its old number.
  private mutating func resume(_ step: Step) -> [Action] {
    attempts[step.id] = max(0, (attempts[step.id] ?? 1) - 1)
    return []
  }

  private mutating func advance() -> [Action] {
    guard !isFinished else { return [] }
    var actions: [Action] = []
    for step in plan.steps where due.contains(step.id) && running.count < maxParallel {
      due.remove(step.id)
      actions += begin(step)
    }
    var changed = true
    while changed {
      changed = false
      for step in plan.steps where states[step.id] == .pending {
        if let lost = step.dependencies.filter(isLost).min() {
          let reason = TaskReason(
            kind: TaskReason.dependencyFailed, message: "it needs \(lost), which did not complete",
            stepID: step.id)
          states[step.id] = .skipped
          reasons[step.id] = reason
          actions.append(.skip(stepID: step.id, reason))
          changed = true
        } else if running.count < maxParallel, step.dependencies.allSatisfy({ states[$0] == .completed }) {
          actions += begin(step)
          changed = true
        }
      }
    }
    if let outcome = outcome() { actions.append(.finish(outcome)) }
    return actions
  }

  private func isLost(_ id: String) -> Bool { states[id] == .failed || states[id] == .skipped }

  private mutating func begin(_ step: Step) -> [Action] {
    let attempt = (attempts[step.id] ?? 0) + 1
    do throws(TemplateError) {
      let work = try step.work.resolved(in: scope)
      attempts[step.id] = attempt
      states[step.id] = .running
      running.insert(step.id)
      return [.run(stepID: step.id, work: work, attempt: attempt, timeout: step.timeout)]
    } catch {
      let reason = TaskReason(error.kind, error.message, stepID: step.id)
      states[step.id] = .failed
      reasons[step.id] = reason
      return [.fail(stepID: step.id, reason)]
    }
  }

  /// Nil while something runs or pauses. Steps that are pending even so depend on one that waits for a decision.
  private mutating func outcome() -> Outcome? {
    guard running.isEmpty, !states.values.contains(.ready) else { return nil }
    isFinished = true
    if let step = plan.steps.first(where: { states[$0.id] == .failed }), let reason = reasons[step.id] {
      return .failed(
        TaskReason(
          kind: TaskReason.stepFailed, message: "the step \(step.id) failed: \(reason.message)", stepID: step.id,
          hint: reason.hint))
    }
    if let step = plan.steps.first(where: { states[$0.id] == .waiting }), let reason = reasons[step.id] {
      return .waiting(reason)
    }
    if let step = plan.steps.first(where: { states[$0.id] == .pending }) {
      return .failed(TaskReason(.invalidPlan, "the step \(step.id) needs a step that is not there", stepID: step.id))
    }
    do throws(TemplateError) { return .completed(result: try result()) } catch {
      return .failed(TaskReason(error.kind, "the plan's result has no value: \(error.message)"))
    }
  }

  /// The plan's `result`, or the values of the steps that no other step needs.
  private func result() throws(TemplateError) -> JSONValue {
    var budget = ValueBudget(of: "it", bytes: ValueBudget.resultBytes)
    if let template = plan.result { return try template.resolved(in: scope, &budget) }
    let needed = plan.steps.reduce(into: Set<String>()) { $0.formUnion($1.dependencies) }
    let values = JSONValue.object(
      JSONObject(
        plan.steps.filter { !needed.contains($0.id) }.map {
          JSONField(key: $0.id, value: scope.steps[$0.id] ?? .null)
        }))
    try budget.take(values, depth: 0)
    return values
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

extension StepWork {
  /// The work with its expressions replaced by values.
  func resolved(in scope: TemplateScope) throws(TemplateError) -> StepWork {
    switch self {
    case .tool(let name, let arguments):
      var budget = ValueBudget(of: "the arguments", bytes: ValueBudget.argumentBytes)
      return .tool(name, arguments: try JSONValue.object(arguments).resolved(in: scope, &budget).objectValue ?? [:])
    case .agent(let kind, let goal):
      var budget = ValueBudget(of: "the goal", bytes: ValueBudget.argumentBytes)
      let text = try JSONValue.string(goal).resolved(in: scope, &budget)
      return .agent(kind, goal: text.stringValue ?? text.jsonText)
    }
  }
}
