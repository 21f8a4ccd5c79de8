import SCRProtocol

// What a run takes over from those before it.
extension PlanExecution {
  /// - Parameters:
  ///   - effect: whether a call that a crash interrupted may be made again.
  ///   - waits: the waits that the journal's waiting steps lie in.
  ///   - earlier: the execution whose plan was revised, and whose attempts and pauses go on.
  package mutating func start(
    effect: (StepRecord) -> ToolEffect, waits: [String: Pending] = [:], goingOnWith earlier: PlanExecution? = nil,
    chance: Double = 0
  ) -> [Action] {
    var actions: [Action] = []
    for step in plan.steps {
      guard let record = records[step.id] else { continue }
      attempts[step.id] = record.attempt
      switch record.state {
      case .completed: complete(step.id, record.value ?? .null)
      case .failed: _ = fail(step, record.reason ?? Self.unknownReason(step), record.value)
      case .skipped, .cancelled:
        states[step.id] = record.state
        reasons[step.id] = record.reason
      case .ready where record.attempt == 0: announced.insert(step.id)
      case .running where earlier?.running.contains(step.id) == true:
        states[step.id] = .running
        running.insert(step.id)
      case .ready where earlier?.states[step.id] == .ready:
        states[step.id] = .ready
        if earlier?.due.contains(step.id) == true { due.insert(step.id) }
      case .pending, .ready, .running, .waiting: break
      }
    }
    // A plan that was failing asks nobody any more.
    for step in plan.steps where stoppedBy == nil && !running.contains(step.id) {
      guard let record = records[step.id] else { continue }
      switch (record.state, waits[step.id]) {
      case (.waiting, .open?): states[step.id] = .waiting
      case (.waiting, .over(let resolution)?):
        states[step.id] = .waiting
        actions += resolve(step.id, resolution, chance)
      case (.running, _), (.waiting, nil): actions += interrupted(step, record, effect)
      default: break
      }
    }
    return actions + advance()
  }

  private static func unknownReason(_ step: Step) -> TaskReason {
    TaskReason(.internal, "its reason was not written down", stepID: step.id)
  }

  private mutating func interrupted(
    _ step: Step, _ record: StepRecord, _ effect: (StepRecord) -> ToolEffect
  ) -> [Action] {
    guard record.intent != nil, !effect(record).mayRepeat else {
      takeBackAttempt(step)
      return []
    }
    let tool = record.intent?.tool.qualified ?? step.id
    let reason = TaskReason(
      kind: TaskReason.unknownOutcome,
      message: "the runtime ended while \(tool) ran; it is unknown whether the call took effect",
      stepID: step.id, hint: "check its effect, then answer, or set onUnknownOutcome for the step")
    switch step.onUnknownOutcome ?? unknownDefault {
    case .retry:
      takeBackAttempt(step)
      return []
    case .ask:
      states[step.id] = .waiting
      return [.wait(stepID: step.id, .unknownOutcome(reason), attempt: record.attempt)]
    case .fail: return [.fail(stepID: step.id, reason)] + fail(step, reason, nil)
    }
  }
}
