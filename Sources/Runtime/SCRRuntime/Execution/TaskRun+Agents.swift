import SCRProtocol

// Steps that agents do.
extension TaskRun {
  mutating func begin(
    _ stepID: String, _ kind: AgentKind, _ goal: String, attempt: Int, timeout: Duration?, now: Timestamp
  ) -> AgentBrief {
    journal.begin(stepID, agent: kind, attempt: attempt, now: now)
    let step = execution.step(stepID)
    var brief = AgentBrief(
      taskID: task.id, stepID: stepID, attempt: attempt, failedRuns: task.failedRuns, epoch: task.epoch, kind: kind,
      goal: goal, onUnknownOutcome: step?.onUnknownOutcome ?? task.unknownOutcomeDefault)
    brief.inputs = execution.scope.inputs
    brief.tools = step?.tools
    brief.budget = step?.budget
    brief.timeout = timeout
    brief.mayRepeatCalls = repeating.remove(stepID) != nil
    brief.sources = sources(of: step)
    if kind == .planner {
      brief.document = task.plan
      brief.round = GoalPlan.round(of: stepID) ?? 1
      let critic = step?.dependencies.first { execution.step($0)?.isJudge == true }
      brief.feedback = critic.flatMap { execution.scope.steps[$0]?["structuredContent"] }
    }
    return brief
  }

  /// What the steps that it needs gave; a planner that goes on gets to know of all that there was.
  private func sources(of step: Step?) -> [AgentBrief.Source] {
    guard let step else { return [] }
    let isPlanner = if case .agent(.planner, _) = step.work { true } else { false }
    return execution.plan.steps.filter { other in
      if isPlanner { return !GoalPlan.isOwn(other.id) && execution.states[other.id]?.isFinal == true }
      return step.dependencies.contains(other.id)
    }.map { other in
      AgentBrief.Source(
        stepID: other.id, work: other.work.line, state: execution.states[other.id] ?? .pending,
        text: told(other.id))
    }
  }

  private func told(_ stepID: String) -> String {
    if let value = execution.scope.steps[stepID] {
      let text = value["text"]?.stringValue ?? ""
      return text.isEmpty ? value["structuredContent"]?.jsonText ?? "" : text
    }
    return execution.reasons[stepID].map { "\($0.kind): \($0.message)" } ?? ""
  }

  mutating func agentWorked(
    _ stepID: String, _ result: ToolResult, _ report: AgentReport, now: Timestamp
  ) -> Turn {
    var value = result.json.objectValue ?? [:]
    value["agent"] = report.json
    journal.worked(stepID, .object(value), now: now)
    getsOn()
    grow(by: stepID, .object(value))
    let actions = execution.stepSucceeded(stepID, value: .object(value))
    return isStopping ? settle(actions, now: now) : turn(actions, now: now)
  }

  /// What a planner planned, or a critic asks for, becomes part of the plan in the commit of its outcome.
  private mutating func grow(by stepID: String, _ value: JSONValue) {
    guard let document = task.plan, task.goal != nil, case .agent(let kind, _)? = execution.step(stepID)?.work,
      let grown = GoalPlan.grown(document, by: stepID, kind, value: value, rounds: rounds),
      let plan = try? PlanParser.parse(grown, hasModel: true, isGrown: true)
    else { return }
    let known = Set(execution.plan.steps.map(\.id))
    let added = plan.steps.filter { !known.contains($0.id) }
    execution.extend(to: plan)
    task.plan = grown
    preconditions.append(.planRevision(task.id, task.planRevision))
    task.planRevision += 1
    task.serverNames = plan.serverNames.sorted()
    task.serversDigest = serversDigest(plan.serverNames)
    changes.append(
      .revisePlan(
        task.id, grown, revision: task.planRevision, serverNames: task.serverNames, serversDigest: task.serversDigest))
    journal.tell(
      .planRevised, stepID: stepID,
      data: [
        "steps": .array(plan.steps.map { .string($0.id) }),
        "kept": .array(known.sorted().map { .string($0) }), "forgotten": [],
        "added": .array(added.map { ["id": .string($0.id), "work": .string($0.work.name)] }),
        "by": .string(kind.rawValue),
      ])
  }

  /// It has used up what it may: the step waits to go on with its journal, under the same number.
  mutating func agentPaused(_ stepID: String, now: Timestamp) -> Turn {
    journal.withdrawn(stepID)
    let actions = execution.stepPaused(stepID)
    return isStopping ? settle(actions, now: now) : turn(actions, now: now)
  }

  mutating func agentAsks(_ stepID: String, _ reason: TaskReason, now: Timestamp) -> Turn {
    // The next run finds the call again, and asks then.
    if isStopping { return record(now: now) }
    return turn(execution.stepAsks(stepID, reason), now: now)
  }

  /// What is left for the agents of this run, beside what they use from now on.
  package var spending: (budget: Budget?, used: Usage) { (budget, meter.total) }
}

extension StepWork {
  /// The tool or the kind of agent.
  fileprivate var name: String {
    switch self {
    case .tool(let name, _): name.qualified
    case .agent(let kind, _): kind.rawValue
    case .wait: "wait"
    case .plan: "plan"
    }
  }

  /// In one line, for agents that have to know what others did.
  fileprivate var line: String {
    switch self {
    case .tool(let name, let arguments): "\(name.qualified) \(JSONValue.object(arguments).jsonText.prefix(bytes: 300))"
    case .agent(let kind, let goal):
      "\(kind.rawValue): \((goal.split(whereSeparator: \.isNewline).first.map(String.init) ?? "").prefix(bytes: 300))"
    case .wait: "wait"
    case .plan(let child): "plan \(child.plan.title)"
    }
  }
}
