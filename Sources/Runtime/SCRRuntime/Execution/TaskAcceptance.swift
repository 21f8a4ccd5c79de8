import SCRProtocol

/// What is written when a task is accepted.
enum TaskAcceptance {
  /// The task of a submission that was checked.
  static func task(
    for submission: TaskSubmission, _ plan: Plan, document: JSONValue? = nil, _ configuration: RuntimeConfiguration,
    now: Timestamp
  ) -> AgentTask {
    var task = AgentTask(
      id: submission.id, title: submission.title ?? plan.title, goal: submission.goal,
      plan: document ?? submission.plan,
      inputs: submission.inputs, priority: submission.priority, taskClass: submission.taskClass,
      idempotencyKey: submission.idempotencyKey, workspaceRoot: configuration.workspaceRoot,
      serversDigest: configuration.serversDigest(plan.serverNames), deadline: submission.deadline,
      unknownOutcomeDefault: submission.unknownOutcomeDefault, createdAt: now)
    task.serverNames = plan.serverNames.sorted()
    task.size = submission.size
    task.budget = submission.budget?.json
    task.submissionDigest = submission.idempotencyKey == nil ? nil : submission.digest
    task.fairnessKey = submission.fairnessKey
    task.uniqueKey = submission.uniqueKey
    task.retry = submission.retry ?? plan.retry?.json
    task.runAt = submission.runAt
    if let runAt = submission.runAt, runAt > now { task.state = .scheduled }
    return task
  }

  static func batch(_ task: AgentTask) -> StoreBatch {
    var submitted: JSONObject = ["title": .string(task.title)]
    submitted["retryOf"] = task.retryOf.map { .string($0.text) }
    submitted["schedule"] = task.schedule.map { .string($0) }
    return StoreBatch(
      at: task.createdAt, changes: [.insertTask(task)],
      events: [EventDraft(.taskSubmitted, taskID: task.id, data: .object(submitted)), placed(task)])
  }

  private static func placed(_ task: AgentTask) -> EventDraft {
    if task.state == .scheduled, let runAt = task.runAt {
      return EventDraft(.taskScheduled, taskID: task.id, data: ["runAt": .string(runAt.description)])
    }
    return EventDraft(.taskQueued, taskID: task.id, data: ["priority": JSONValue(task.priority.level)])
  }

  /// Writes the outcomes that a task takes over; its runs find them as their own.
  static func take(_ records: [StepRecord], of old: AgentTask, for task: AgentTask, in batch: inout StoreBatch) {
    batch.changes += records.map { .putStep($0) }
    batch.events.append(
      EventDraft(
        .planCreated, taskID: task.id,
        data: [
          "steps": .array((task.plan?["steps"]?.arrayValue ?? []).compactMap { $0["id"] }),
          "takenOver": .array(records.map { .string($0.stepID) }), "from": .string(old.id.text),
        ]))
  }

  /// Lets an ended task name its successor. Its epoch is counted on, so that of two who retry it at once one is refused.
  static func link(_ old: AgentTask, to new: AgentTask, in batch: inout StoreBatch) {
    batch.preconditions += [.taskState(old.id, oneOf: [old.state]), .taskEpoch(old.id, old.epoch)]
    var old = old
    old.retriedAs = new.id
    old.epoch += 1
    batch.changes.append(.updateTask(old))
    batch.events.append(EventDraft(.taskRetried, taskID: old.id, data: ["retriedAs": .string(new.id.text)]))
  }
}
