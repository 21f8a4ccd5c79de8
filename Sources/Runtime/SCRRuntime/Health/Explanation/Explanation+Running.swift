import SCRProtocol

extension Explanation {
  static func running(_ facts: TaskFacts) -> [Cause] {
    let task = facts.task
    var reasons: [Cause] = []
    if task.cancelRequested {
      reasons.append(
        Cause(.cancelling, "somebody asked for it to be cancelled; its calls are being ended", since: task.updatedAt))
    }
    if let lost = lease(facts) { reasons.append(lost) }
    let plan = facts.task.plan?["steps"]?.arrayValue ?? []
    for step in facts.steps {
      switch step.state {
      case .running: reasons.append(runs(step, plan, facts.now))
      case .ready:
        guard let reason = step.reason else { continue }
        reasons.append(
          Cause(
            .stepRetry,
            "the step \(step.stepID) pauses before it is tried again; attempt \(step.attempt) failed "
              + "(\(reason.kind): \(reason.message))", since: step.endedAt, hint: reason.hint))
      case .pending, .waiting, .completed, .failed, .skipped, .cancelled: continue
      }
    }
    reasons += questions(facts)
    if reasons.isEmpty {
      let done = facts.steps.count { $0.state.isFinal }
      reasons.append(
        Cause(
          .beginning, done == 0 ? "it was just taken up" : "it is between two steps; \(done) have ended",
          since: task.updatedAt))
    }
    return reasons
  }

  private static func runs(_ step: StepRecord, _ plan: [JSONValue], _ now: Timestamp) -> Cause {
    let tool = step.intent.map { " calls \($0.tool.qualified)" } ?? " runs"
    let number = step.attempt > 1 ? ", attempt \(step.attempt)" : ""
    let ran = step.startedAt.map { ", for \(max(0, now.since($0).milliseconds)) ms" } ?? ""
    let limit = plan.first { $0["id"]?.stringValue == step.stepID }?["timeoutMs"]?.integerValue
    let until = limit.flatMap { limit in step.startedAt.map { $0 + .milliseconds(limit) } }
    return Cause(.step, "the step \(step.stepID)\(tool)\(number)\(ran)", since: step.startedAt, until: until)
  }

  /// A lease that nobody renews any more.
  private static func lease(_ facts: TaskFacts) -> Cause? {
    guard let lease = facts.task.lease else { return nil }
    if let host = facts.host, !host.isThere {
      return Cause(
        .noRuntime, "its runtime is gone; no step that has ended runs again once another goes on with it",
        since: facts.task.updatedAt, hint: "scr serve goes on with what was interrupted")
    }
    if let ours = facts.host?.incarnation, lease.owner != ours {
      return Cause(
        .leaseLost, "an earlier life of the runtime had it; it goes back into the queue", since: facts.task.updatedAt)
    }
    guard lease.until < facts.now else { return nil }
    return Cause(
      .leaseLost, "its lease ran out at \(lease.until) and was not renewed: its runner hangs, or cannot write",
      since: lease.until, hint: "list_agents and list_incidents tell what is wrong")
  }
}
