package import SCRProtocol

/// What a client asks for, before it is a task. Exactly one of ``goal`` and ``plan`` is given.
package struct TaskSubmission: Sendable, Hashable {
  /// Given by the caller, so that it can tie answers and events together before the task exists.
  package var id: TaskID
  package var goal: String?
  /// A plan document (`schemas/plan.schema.json`).
  package var plan: JSONValue?
  /// Where the parts of ``plan`` stand in the file that it came from; empty for plans from the wire.
  package var planSource: SourceMap
  package var inputs: JSONObject
  /// Nil takes the plan's title, or the beginning of the goal.
  package var title: String?
  package var priority: TaskPriority
  package var taskClass: String
  /// Tasks of one key take turns with those of others of their class and priority.
  package var fairnessKey = ""
  /// The weight that its key has from now on; nil leaves it.
  package var weight: Int?
  package var idempotencyKey: String?
  package var deadline: Timestamp?
  /// Not before this moment; one that has passed is as good as none.
  package var runAt: Timestamp?
  /// While a task with this key has not ended, further submissions with it are answered with that task.
  package var uniqueKey: String?
  /// How the whole task is retried, as the JSON object of its policy.
  package var retry: JSONValue?
  /// The client's folder; nil stands for the runtime's own. Another folder than the runtime's is refused.
  package var workspaceRoot: String?
  package var unknownOutcomeDefault: UnknownOutcomePolicy
  /// What it may use together with its children; nil is no limit.
  package var budget: Budget?

  package init(
    id: TaskID = .random(), goal: String? = nil, plan: JSONValue? = nil, planSource: SourceMap = SourceMap(),
    inputs: JSONObject = [:], title: String? = nil, priority: TaskPriority = .normal, taskClass: String = "default",
    idempotencyKey: String? = nil, deadline: Timestamp? = nil, workspaceRoot: String? = nil,
    unknownOutcomeDefault: UnknownOutcomePolicy = .ask
  ) {
    self.id = id
    self.goal = goal
    self.plan = plan
    self.planSource = planSource
    self.inputs = inputs
    self.title = title
    self.priority = priority
    self.taskClass = taskClass
    self.idempotencyKey = idempotencyKey
    self.deadline = deadline
    self.workspaceRoot = workspaceRoot
    self.unknownOutcomeDefault = unknownOutcomeDefault
  }
}

/// The answer to a submission, given once the task is as durable as the store makes it.
package struct SubmittedTask: Sendable, Hashable {
  package var id: TaskID
  package var state: TaskState
  /// The same submission under the same idempotency key came before, or one with the same unique key has not ended; this
  /// is that task.
  package var isRepeat: Bool

  package init(id: TaskID, state: TaskState, isRepeat: Bool) {
    self.id = id
    self.state = state
    self.isRepeat = isRepeat
  }
}

/// A task with its steps at one moment.
package struct TaskSnapshot: Sendable, Hashable {
  package var task: AgentTask
  /// The steps that have a record, in the order of their first write.
  package var steps: [StepRecord]
  /// What its steps wait for, or waited for, oldest first.
  package var waits: [Wait]
  /// What its agents asked of models; children have accounts of their own.
  package var accounts: ModelLedger

  package init(
    task: AgentTask, steps: [StepRecord], waits: [Wait] = [], accounts: ModelLedger = ModelLedger()
  ) {
    self.task = task
    self.steps = steps
    self.waits = waits
    self.accounts = accounts
  }
}

extension TaskStore {
  /// - Returns: nil where there is no such task.
  package func snapshot(of id: TaskID) async throws(StoreError) -> TaskSnapshot? {
    guard let task = try await task(id) else { return nil }
    let steps = try await steps(of: id)
    // Only steps that call no tool have waits, and those that a crash interrupted.
    let hasWaits =
      task.state == .waiting || steps.contains { $0.state == .waiting || $0.attempt > 0 && $0.intent == nil }
    return TaskSnapshot(
      task: task, steps: steps, waits: hasWaits ? try await waits(of: id) : [],
      accounts: task.hasAgents ? try await ModelAccounts.read(of: id, from: self) : ModelLedger())
  }
}

extension TaskSubmission {
  /// Bytes of what has to be kept of it, about.
  var size: Int {
    (plan?.encoded.count ?? goal?.utf8.count ?? 0) + JSONValue.object(inputs).encoded.count
  }

  /// SHA-256 over everything that makes it the same submission: tells a repeat from a conflict under one key.
  package var digest: String {
    var fields: JSONObject = [
      "inputs": .object(inputs), "priority": JSONValue(priority.level), "class": .string(taskClass),
    ]
    fields["goal"] = goal.map { .string($0) }
    fields["plan"] = plan
    fields["title"] = title.map { .string($0) }
    fields["workspaceRoot"] = workspaceRoot.map { .string($0) }
    fields["budget"] = budget?.json
    if !fairnessKey.isEmpty { fields["key"] = .string(fairnessKey) }
    fields["deadline"] = deadline.map { .integer($0.milliseconds) }
    fields["runAt"] = runAt.map { .integer($0.milliseconds) }
    fields["retry"] = retry
    fields["uniqueKey"] = uniqueKey.map { .string($0) }
    return SHA256.hex(JSONValue.object(fields).canonical.encoded)
  }
}
