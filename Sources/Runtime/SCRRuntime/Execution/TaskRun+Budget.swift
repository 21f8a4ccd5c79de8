package import SCRProtocol

// What a task may use, and what happens once it has.
extension TaskRun {
  /// Takes the time, and tells the plan how many calls it may begin.
  mutating func count(now: Timestamp) {
    meter.ran(until: now)
    execution.callsLeft = allowance
  }

  private var allowance: Int {
    if loop != nil { return 0 }
    guard let budget else { return .max }
    let used = meter.total + inFlight
    if budget.isUsedUp(by: used) != nil { return 0 }
    return budget.toolCalls.map { Int(clamping: $0 - used.toolCalls) } ?? .max
  }

  /// Steps could begin, and may not: somebody is asked, once.
  mutating func hold(_ steps: [String], now: Timestamp) {
    if let loop, endsByLoop {
      journal.cancelled(execution.cancelOpen(), now: now)
      return end(as: .failed, Self.loopReason(loop), now: now)
    }
    if let open = openWaits.values.first(where: { $0.stepID == nil }) { return park(steps, because: open) }
    var wait = Wait(id: "wait_\(newID())", taskID: task.id, kind: .budget, requestedAt: now)
    if let loop {
      wait.kind = .loop
      wait.question = "\(loop). Let it go on, or end it?"
      wait.options = [WaitAnswer.goOn, WaitAnswer.fail]
    } else {
      let breach = budget?.isUsedUp(by: meter.total).map { "\($0)" } ?? "its budget is used up"
      wait.question = "\(breach). Let it use more, or end it?"
      wait.options = [WaitAnswer.extend, WaitAnswer.fail]
      wait.schema = Budget.schema
    }
    journal.asks(wait)
    open(wait)
    park(steps, because: wait)
  }

  /// Takes in the answer to a question about the whole task.
  /// - Returns: why the task ends; nil if it goes on.
  mutating func takeAnswer(_ news: [WaitNews]) -> TaskReason? {
    guard let item = news.last(where: { $0.wait.stepID == nil }), let answer = item.wait.answer,
      !item.wait.isApplied, answer.decision != WaitAnswer.void
    else { return nil }
    var wait = item.wait
    wait.isApplied = true
    preconditions.append(.documentRevision(.wait, wait.id, wait.revision))
    changes.append(.putDocument(wait.document))
    if answer.decision == WaitAnswer.fail {
      let question = wait.question ?? ""
      return wait.kind == .budget
        ? TaskReason(.budgetExceeded, "\(answer.by) gave it no more: \(question)")
        : TaskReason(kind: TaskReason.loop, message: "\(answer.by) let it end: \(question)")
    }
    if wait.kind == .loop { goesOn() }
    if wait.kind == .budget, let value = answer.value, let grant = try? Budget(json: value, path: "value") {
      budget = budget?.extended(by: grant)
      task.budget = budget?.json
      hasNewTask = true
    }
    return nil
  }

  /// What a child may use: no more than is left.
  func budget(of child: ChildPlan) -> Budget? {
    let left = budget?.remaining(after: meter.total) ?? Budget()
    let own = (child.budget ?? Budget()).inherited(fromRemainder: left)
    return own.isUnlimited ? nil : own
  }
}

extension Budget {
  /// JSON Schema of ``json``.
  package static let schema: JSONValue = {
    let whole: JSONValue = ["type": "integer", "minimum": 0]
    return [
      "description": "What may be used: milliseconds of running, tool calls, tokens, US dollars.", "type": "object",
      "properties": [
        "wallMs": whole, "toolCalls": whole, "tokens": whole, "costUSD": ["type": "number", "minimum": 0],
      ], "additionalProperties": false, "minProperties": 1,
    ]
  }()
}
