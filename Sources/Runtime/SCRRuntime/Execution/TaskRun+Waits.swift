import SCRProtocol

// Steps that wait, and what becomes of their waits.
extension TaskRun {
  /// A wait of a step, as it has come out.
  struct EndedWait: Sendable {
    var stepID: String
    var resolution: StepResolution
    var child: AgentTask?
  }

  /// Waits that have ended, as the store has them. Others change nothing.
  /// - Parameter chance: 0…1, for the jitter of a pause.
  package mutating func heard(_ news: [WaitNews], now: Timestamp, chance: Double) -> Turn {
    // What comes while the run is being stopped is for the next one.
    if isStopping { return Turn() }
    var resolutions: [EndedWait] = []
    for item in news {
      guard openWaits[item.wait.id] != nil, let resolution = item.resolution, let stepID = item.wait.stepID else {
        continue
      }
      openWaits[item.wait.id] = nil
      note(item)
      if execution.states[stepID] == .waiting {
        resolutions.append(EndedWait(stepID: stepID, resolution: resolution, child: item.child))
      }
    }
    if resolutions.isEmpty { return Turn() }
    for item in resolutions where item.resolution == .again { repeating.insert(item.stepID) }
    count(now: now)
    let actions = execution.resolved(resolutions.map { ($0.stepID, $0.resolution) }, chance: chance)
    for item in resolutions { write(item.resolution, of: item.stepID, child: item.child, now: now) }
    return turn(actions, now: now)
  }

  /// What the newest wait of each waiting step has come to.
  mutating func leftWaits(
    _ news: [WaitNews]
  ) -> (waits: [String: PlanExecution.Pending], ended: [EndedWait]) {
    let newest = Self.newest(news)
    var waits: [String: PlanExecution.Pending] = [:]
    var ended: [EndedWait] = []
    for record in journal.records where record.state == .waiting {
      guard let item = newest[record.stepID] else { continue }
      guard let resolution = item.resolution else {
        waits[record.stepID] = .open
        continue
      }
      note(item)
      waits[record.stepID] = .over(resolution)
      ended.append(EndedWait(stepID: record.stepID, resolution: resolution, child: item.child))
    }
    return (waits, ended)
  }

  private static func newest(_ news: [WaitNews]) -> [String: WaitNews] {
    Dictionary(news.compactMap { item in item.wait.stepID.map { ($0, item) } }) { $1 }
  }

  /// Without those that an earlier run left behind because the task began anew: their steps wait for others, or not.
  static func current(_ news: [WaitNews], _ records: [StepRecord]) -> [WaitNews] {
    let newest = newest(news)
    let waiting = Set(records.filter { $0.state == .waiting }.map(\.stepID))
    return news.filter { item in
      guard let stepID = item.wait.stepID else { return true }
      return waiting.contains(stepID) && newest[stepID]?.wait.id == item.wait.id
    }
  }

  /// What a child has used is used by its parent.
  private mutating func note(_ item: WaitNews) {
    guard let child = item.child else { return }
    meter.add(child)
    hasNewTask = true
  }

  /// After the plan has taken it in.
  mutating func write(_ resolution: StepResolution, of stepID: String, child: AgentTask?, now: Timestamp) {
    switch (resolution, execution.states[stepID]) {
    case (.value(let value), .completed?): journal.waited(stepID, value, now: now)
    case (.failed(let reason, _), .failed?): journal.failed(stepID, reason, now: now)
    default: break
    }
    if let child { ended(stepID, child) }
  }

  mutating func open(_ request: WaitRequest, for stepID: String, attempt: Int, now: Timestamp) {
    let wait = request.wait(hex: newID(), taskID: task.id, stepID: stepID, now: now)
    journal.waits(stepID, for: wait, attempt: attempt, now: now)
    if case .child(let child, _) = request, let id = wait.childID { insert(child, id, for: stepID, now: now) }
    open(wait)
  }

  mutating func open(_ wait: Wait) {
    changes.append(.putDocument(wait.document))
    preconditions.append(.documentRevision(.wait, wait.id, nil))
    fresh.append(wait)
    // What it will be once the batch is committed.
    var written = wait
    written.revision = 1
    openWaits[wait.id] = written
  }

  private mutating func insert(_ plan: ChildPlan, _ id: TaskID, for stepID: String, now: Timestamp) {
    let servers = plan.plan.serverNames
    var child = AgentTask(
      id: id, title: plan.plan.title, plan: plan.document, inputs: plan.inputs, priority: task.priority,
      taskClass: task.taskClass, workspaceRoot: task.workspaceRoot, serversDigest: serversDigest(servers),
      deadline: task.deadline, unknownOutcomeDefault: task.unknownOutcomeDefault, createdAt: now)
    child.fairnessKey = task.fairnessKey
    child.serverNames = servers.sorted()
    child.size = plan.document.encoded.count + JSONValue.object(plan.inputs).encoded.count
    child.budget = budget(of: plan)?.json
    child.parent = TaskParent(taskID: task.id, stepID: stepID)
    child.retry = plan.plan.retry?.json
    changes.append(.insertTask(child))
    freshChildren.append(child)
    journal.tell(
      EventDraft(
        .taskSubmitted, taskID: id,
        data: ["title": .string(child.title), "parent": child.parent?.json ?? .null]))
    journal.tell(EventDraft(.taskQueued, taskID: id, data: ["priority": JSONValue(child.priority.level)]))
  }

  /// Leaves the task to whoever ends one of its waits. An answer that came in between makes the batch fail, so that none
  /// is slept through.
  mutating func park(_ steps: [String], because wait: Wait?) {
    guardWaits(Array(openWaits.values))
    task.reason = wait?.reason
    task.state = .waiting
    task.lease = nil
    var data: JSONObject = ["steps": .array(steps.map { .string($0) })]
    data["reason"] = task.reason?.json
    data["needsAnswer"] = .bool(openWaits.values.allSatisfy { $0.kind != .child && $0.kind != .time })
    journal.tell(.taskWaiting, data: .object(data))
  }

  /// The task ends: nobody has to answer any more. The waits for its children stay open until those have ended as well.
  mutating func closeWaits(now: Timestamp) {
    let open = openWaits.values.filter { $0.kind != .child }.sorted { $0.id < $1.id }
    guardWaits(open)
    changes += open.map { .putDocument($0.closed(at: now).document) }
  }

  mutating func guardWaits(_ waits: [Wait]) {
    let new = Set(fresh.map(\.id))
    preconditions += waits.filter { !new.contains($0.id) }.sorted { $0.id < $1.id }
      .map { .documentRevision(.wait, $0.id, $0.revision) }
  }
}

extension Wait {
  /// As it is once its task has ended.
  func closed(at now: Timestamp) -> Wait {
    var closed = self
    closed.answer = WaitAnswer(decision: WaitAnswer.void, by: "task", at: now)
    return closed
  }
}
