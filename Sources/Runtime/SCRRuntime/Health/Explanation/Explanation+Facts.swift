import SCRProtocol

extension Explanation {
  package init(_ facts: TaskFacts) {
    let task = facts.task
    var reasons: [Cause]
    switch task.state {
    case .queued: reasons = Self.queued(facts)
    case .scheduled: reasons = Self.scheduled(facts)
    case .running: reasons = Self.running(facts)
    case .waiting: reasons = Self.waiting(facts)
    case .completed, .failed, .cancelled, .dead: reasons = Self.ended(facts)
    }
    if !task.state.isFinal {
      if let deadline = task.deadline { reasons.append(Self.deadline(deadline, facts.now)) }
      if let parent = Self.parent(facts) { reasons.append(parent) }
    }
    self.init(
      taskID: task.id, title: task.title, state: task.state, reasons: reasons,
      children: facts.children.map { Explanation($0) })
  }

  private static func deadline(_ moment: Timestamp, _ now: Timestamp) -> Cause {
    let left = moment.since(now)
    return Cause(
      .deadline,
      left > .zero
        ? "it has \(left.milliseconds) ms left before its deadline"
        : "its deadline passed \(-left.milliseconds) ms ago: it is about to fail", until: moment)
  }

  private static func parent(_ facts: TaskFacts) -> Cause? {
    facts.task.parent.map { place in
      let state = facts.parent.map { ", which is \($0.state.rawValue)" } ?? ""
      return Cause(.parent, "it is worked off for the step \(place.stepID) of \(place.taskID)\(state)")
    }
  }

  // MARK: Scheduled

  private static func scheduled(_ facts: TaskFacts) -> [Cause] {
    let task = facts.task
    let moment = task.runAt.map { "at \($0)" } ?? "later"
    guard task.failedRuns > 0 || task.interruptions > 0, let reason = task.reason else {
      return [
        Cause(.runAt, "it goes into the queue \(moment)", since: task.createdAt, until: task.runAt)
      ]
    }
    let runs = task.failedRuns > 0 ? "run \(task.failedRuns) failed" : "the runtime died while it ran"
    return [
      Cause(
        .retryPause, "it is tried again \(moment): \(runs) (\(reason.kind): \(reason.message))", since: task.updatedAt,
        until: task.runAt, hint: reason.hint)
    ]
  }

  // MARK: Ended

  private static func ended(_ facts: TaskFacts) -> [Cause] {
    let task = facts.task
    let why = task.reason.map { " (\($0.kind)): \($0.message)" } ?? ""
    var reasons = [
      Cause(.ended, "it \(word(task.state))\(why)", since: task.endedAt, hint: task.reason?.hint)
    ]
    for step in facts.steps where step.state == .failed || step.state == .skipped {
      let message = step.reason.map { ": \($0.message)" } ?? ""
      let attempts = step.attempt > 1 ? " after \(step.attempt) attempts" : ""
      reasons.append(
        Cause(
          .failedStep, "the step \(step.stepID) \(step.state.rawValue)\(attempts)\(message)", since: step.endedAt,
          hint: step.reason?.hint))
    }
    if task.state != .completed {
      reasons.append(
        Cause(
          .again, "retry_task submits the same plan and inputs as a new task, which begins with its first step",
          hint: "scr tasks retry \(task.id)"))
    }
    return reasons
  }

  private static func word(_ state: TaskState) -> String {
    switch state {
    case .cancelled: "was cancelled"
    case .dead: "was given up as a dead letter"
    default: state.rawValue
    }
  }
}
