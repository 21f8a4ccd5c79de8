package import SCRProtocol

// Another plan for a task that runs.
extension TaskRun {
  package enum Revised: Sendable {
    /// To be committed before anything of it is done. Where the commit is refused, the run goes on as it was.
    case taken(Turn)
    case refused(RuntimeError)
  }

  /// Goes on by another plan: see ``PlanRevision``. Attempts of steps that are unchanged go on.
  package mutating func revise(to document: JSONValue, _ plan: Plan, by: String, now: Timestamp) -> Revised {
    if isStopping || execution.isFinished || execution.stoppedBy != nil {
      return .refused(
        RuntimeError(
          .conflict, "the task is coming to its end", hint: "look at it again", taskID: task.id, isRetryable: true))
    }
    if let step = plan.steps.first(where: { leaving.contains($0.id) }) {
      return .refused(
        RuntimeError(
          .conflict, "the step \(step.id) of an earlier plan is still being stopped",
          hint: "give the new step another id", path: "plan", taskID: task.id, isRetryable: true))
    }
    let revision = PlanRevision(
      from: execution.plan, to: plan, records: journal.records, waits: Array(openWaits.values),
      underWay: execution.underWay)
    if !revision.problems.isEmpty {
      var error = RuntimeError(PlanError(problems: revision.problems))
      (error.kind, error.taskID) = (.conflict, task.id)
      return .refused(error)
    }
    count(now: now)
    write(revision, document, plan, by, now)
    return .taken(goOn(by: plan, stopping: revision.stopped, now: now))
  }

  private mutating func write(
    _ revision: PlanRevision, _ document: JSONValue, _ plan: Plan, _ by: String, _ now: Timestamp
  ) {
    let children = revision.closed.compactMap(\.childID)
    preconditions.append(.planRevision(task.id, task.planRevision))
    task.plan = document
    task.planRevision += 1
    task.serverNames = plan.serverNames.sorted()
    task.serversDigest = serversDigest(plan.serverNames)
    first = [
      .revisePlan(
        task.id, document, revision: task.planRevision, serverNames: task.serverNames,
        serversDigest: task.serversDigest), .removeSteps(task.id, revision.forgotten),
    ]
    journal.forget(revision.forgotten)
    journal.stopped(revision.stopped, now: now)
    journal.tell(.planRevised, data: revision.told(plan, by: by))
    guardWaits(revision.closed)
    for wait in revision.closed { openWaits[wait.id] = nil }
    changes += revision.closed.map { .putDocument($0.closed(at: now).document) } + children.map { .requestCancel($0) }
    leaving.formUnion(revision.stopped)
    if loops == nil { loops = LoopDetector() }
    keepLoops()
  }

  private mutating func goOn(by plan: Plan, stopping stopped: [String], now: Timestamp) -> Turn {
    var next = PlanExecution(
      plan: plan, inputs: task.inputs, records: journal.records, unknownOutcomeDefault: task.unknownOutcomeDefault,
      maxParallel: execution.maxParallel, childrenLeft: execution.childrenLeft)
    next.callsLeft = execution.callsLeft
    let waits = openWaits.values.reduce(into: [String: PlanExecution.Pending]()) { waits, wait in
      if let stepID = wait.stepID { waits[stepID] = .open }
    }
    let actions = next.start(effect: { _ in .unknown }, waits: waits, goingOnWith: execution)
    execution = next
    // A policy that the new plan has may let a step that failed earlier end it all.
    let others = execution.stoppedBy == nil ? [] : execution.running.sorted()
    var turn = turn(actions, now: now)
    turn.stops += stopped + others.filter { !turn.stops.contains($0) }
    return turn
  }
}

extension PlanExecution {
  /// Steps that somebody is at work on, or that pause between two attempts.
  var underWay: Set<String> { running.union(states.filter { $0.value == .ready }.keys) }
}

extension PlanRevision {
  /// `{steps, kept, forgotten, stopped?, cancelledChildren?, by}`.
  func told(_ plan: Plan, by: String) -> JSONValue {
    func list(_ names: [String]) -> JSONValue { .array(names.map { .string($0) }) }
    var data: JSONObject = [
      "steps": list(plan.steps.map(\.id)), "kept": list(kept), "forgotten": list(forgotten),
    ]
    if !stopped.isEmpty { data["stopped"] = list(stopped) }
    let children = closed.compactMap(\.childID)
    if !children.isEmpty { data["cancelledChildren"] = list(children.map(\.text)) }
    data["by"] = .string(by)
    return .object(data)
  }
}
