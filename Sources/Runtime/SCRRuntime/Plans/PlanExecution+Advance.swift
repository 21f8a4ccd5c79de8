import SCRProtocol

// What comes next.
extension PlanExecution {
  mutating func advance() -> [Action] {
    guard !isFinished else { return [] }
    var actions: [Action] = []
    if stoppedBy == nil {
      for step in plan.steps where due.contains(step.id) && hasRoom(for: step) {
        due.remove(step.id)
        actions += begin(step)
      }
      var changed = true
      while changed, stoppedBy == nil { actions += pass(&changed) }
    }
    if let outcome = outcome() {
      if case .failed = outcome { actions += cancelOpen().map { .cancel(stepID: $0) } }
      actions.append(.finish(outcome))
    }
    return actions
  }

  /// Looks at every step that has not begun.
  /// - Parameter changed: whether another look may find more.
  private mutating func pass(_ changed: inout Bool) -> [Action] {
    changed = false
    var actions: [Action] = []
    for step in plan.steps where states[step.id] == .pending && stoppedBy == nil {
      if !step.isJudge, let lost = step.dependencies.filter(isLost).min() {
        let reason = TaskReason(
          kind: TaskReason.dependencyFailed, message: "it needs \(lost), which did not complete", stepID: step.id)
        states[step.id] = .skipped
        reasons[step.id] = reason
        actions.append(.skip(stepID: step.id, reason))
        changed = true
      } else if isFree(step) {
        if hasRoom(for: step) {
          actions += begin(step)
          changed = true
        } else if announced.insert(step.id).inserted {
          actions.append(.ready(stepID: step.id))
        }
      }
    }
    return actions
  }

  private func hasRoom(for step: Step) -> Bool {
    running.count < maxParallel && callsLeft > 0 || !step.work.needsWorker
  }

  /// Whether a step waits for nothing but the word that it may begin.
  private var isHeld: Bool {
    callsLeft <= 0
      && (!due.isEmpty
        || plan.steps.contains {
          states[$0.id] == .pending && $0.work.needsWorker && isFree($0)
        })
  }

  /// Whether what it depends on is out of its way.
  private func isFree(_ step: Step) -> Bool {
    step.isJudge
      ? step.dependencies.allSatisfy { states[$0]?.isFinal == true } : step.dependencies.allSatisfy(isDone)
  }

  /// Steps whose failure is for a judge to weigh.
  private var judged: Set<String> { plan.steps.reduce(into: []) { if $1.isJudge { $0.formUnion($1.dependencies) } } }

  private func isLost(_ id: String) -> Bool {
    switch states[id] {
    case .failed?: scope.steps[id] == nil
    case .skipped?, .cancelled?: true
    default: false
    }
  }

  /// Completed, or failed in a way that others go on with.
  private func isDone(_ id: String) -> Bool {
    states[id] == .completed || (states[id] == .failed && scope.steps[id] != nil)
  }

  private mutating func begin(_ step: Step) -> [Action] {
    let attempt = (attempts[step.id] ?? 0) + 1
    do throws(TemplateError) {
      let work = try step.work.resolved(in: scope)
      attempts[step.id] = attempt
      switch work {
      case .tool, .agent:
        states[step.id] = .running
        running.insert(step.id)
        if callsLeft != .max { callsLeft -= 1 }
        return [.run(stepID: step.id, work: work, attempt: attempt, timeout: step.timeout)]
      case .wait(let spec):
        states[step.id] = .waiting
        return [.wait(stepID: step.id, .spec(spec), attempt: attempt)]
      case .plan(let child):
        guard childrenLeft > 0 else { throw TemplateError(Self.tooManyChildren, kind: .tooLarge) }
        childrenLeft -= 1
        states[step.id] = .waiting
        return [.wait(stepID: step.id, .child(child, timeout: step.timeout), attempt: attempt)]
      }
    } catch {
      let reason = TaskReason(error.kind, error.message, stepID: step.id)
      return [.fail(stepID: step.id, reason)] + fail(step, reason, nil)
    }
  }

  private static let tooManyChildren =
    "the task has had \(PlanLimits.children) child tasks, which is the limit: give its steps fewer attempts"

  /// Nil while something runs or pauses. Steps that are pending even so depend on one that waits.
  private mutating func outcome() -> Outcome? {
    guard running.isEmpty else { return nil }
    if let id = stoppedBy, let step = step(id) { return end(.failed(failure(of: step))) }
    guard !states.contains(where: { $0.value == .ready && !due.contains($0.key) }) else { return nil }
    let waiting = plan.steps.map(\.id).filter { states[$0] == .waiting }
    if isHeld { return end(.held(waiting)) }
    if !waiting.isEmpty { return end(.waiting(waiting)) }
    let judged = judged
    let failed = plan.steps.first {
      states[$0.id] == .failed && policy(of: $0) != .continue && !judged.contains($0.id)
    }
    if let step = failed {
      return end(.failed(failure(of: step)))
    }
    if let step = plan.steps.first(where: { states[$0.id] == .pending }) {
      return end(
        .failed(TaskReason(.invalidPlan, "the step \(step.id) needs a step that is not there", stepID: step.id)))
    }
    do throws(TemplateError) { return end(.completed(result: try result())) } catch {
      return end(.failed(TaskReason(error.kind, "the plan's result has no value: \(error.message)")))
    }
  }

  private mutating func end(_ outcome: Outcome) -> Outcome {
    isFinished = true
    return outcome
  }

  private func failure(of step: Step) -> TaskReason {
    let reason = reasons[step.id]
    return TaskReason(
      kind: TaskReason.stepFailed, message: "the step \(step.id) failed: \(reason?.message ?? "")", stepID: step.id,
      hint: reason?.hint)
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
    case .wait(let spec): return .wait(try spec.resolved(in: scope))
    case .plan(var child):
      var budget = ValueBudget(of: "the child's inputs", bytes: ValueBudget.argumentBytes)
      child.inputs = try JSONValue.object(child.inputs).resolved(in: scope, &budget).objectValue ?? [:]
      return .plan(child)
    }
  }
}
