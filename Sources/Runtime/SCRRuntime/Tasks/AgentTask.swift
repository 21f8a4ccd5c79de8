package import SCRProtocol

/// What a client submitted, as the store keeps it.
package struct AgentTask: Sendable, Hashable {
  package var id: TaskID
  package var title: String
  /// The goal in plain words, where no plan was given.
  package var goal: String?
  /// The plan as JSON (`schemas/plan.schema.json`); nil until the planner has made one.
  package var plan: JSONValue?
  /// How often the plan was revised.
  package var planRevision: Int64
  package var inputs: JSONObject
  package var priority: TaskPriority
  /// The queue class; `default` unless the client names one.
  package var taskClass: String
  /// Tasks of one key take turns with those of others of their class and priority; empty for those that name none.
  package var fairnessKey: String
  /// The tool servers that the plan names, sorted: it is claimed only while they are ready.
  package var serverNames: [String]
  /// Bytes that the submission takes in the queue, about.
  package var size: Int
  package var state: TaskState
  package var reason: TaskReason?
  package var result: JSONValue?
  /// Tools, servers and durations that led to the result.
  package var provenance: JSONValue?
  package var idempotencyKey: String?
  /// SHA-256 of the canonical submission: tells a repeat from a conflict under the same key.
  package var submissionDigest: String?
  /// Of the tasks that share it at most one has not ended.
  package var uniqueKey: String?
  /// The absolute folder that the client works in; tasks run only where it matches.
  package var workspaceRoot: String?
  /// Digest of the configuration of the tool servers that the plan uses; tasks run only where it matches.
  package var serversDigest: String?
  package var deadline: Timestamp?
  /// While `scheduled`: when it goes into the queue.
  package var runAt: Timestamp?
  package var retryOf: TaskID?
  /// Once it has ended: the newest task that was submitted to do its work again.
  package var retriedAs: TaskID?
  /// The step that a child task is worked off for.
  package var parent: TaskParent?
  /// The schedule that submitted it.
  package var schedule: String?
  /// What may be used up, and what was, as JSON objects of the budget room.
  package var budget: JSONValue?
  package var usage: JSONValue?
  /// How often the whole task is tried, as the JSON object of its retry policy.
  package var retry: JSONValue?
  /// Runs of the whole task that failed.
  package var failedRuns: Int
  /// Lives of the runtime that ended while it ran, since a step of it last came to its end.
  package var interruptions: Int
  /// What to do after a crash between intent and outcome where a step does not say: `ask` or `fail`.
  package var unknownOutcomeDefault: UnknownOutcomePolicy
  package var createdAt: Timestamp
  package var updatedAt: Timestamp
  package var endedAt: Timestamp?
  /// Set when somebody asked to cancel; the owner of the lease then brings the task to an end.
  package var cancelRequested: Bool
  package var lease: TaskLease?
  /// Counts claims. A write that names an older epoch is refused: its lease was lost.
  package var epoch: Int64

  package init(
    id: TaskID = .random(), title: String, goal: String? = nil, plan: JSONValue? = nil, inputs: JSONObject = [:],
    priority: TaskPriority = .normal, taskClass: String = "default", state: TaskState = .queued,
    idempotencyKey: String? = nil, submissionDigest: String? = nil, workspaceRoot: String? = nil,
    serversDigest: String? = nil, deadline: Timestamp? = nil, retryOf: TaskID? = nil,
    unknownOutcomeDefault: UnknownOutcomePolicy = .ask, createdAt: Timestamp
  ) {
    self.id = id
    self.title = title
    self.goal = goal
    self.plan = plan
    planRevision = 0
    self.inputs = inputs
    self.priority = priority
    self.taskClass = taskClass
    fairnessKey = ""
    serverNames = []
    size = 0
    self.state = state
    self.idempotencyKey = idempotencyKey
    self.submissionDigest = submissionDigest
    self.workspaceRoot = workspaceRoot
    self.serversDigest = serversDigest
    self.deadline = deadline
    self.retryOf = retryOf
    self.unknownOutcomeDefault = unknownOutcomeDefault
    self.createdAt = createdAt
    failedRuns = 0
    interruptions = 0
    updatedAt = createdAt
    cancelRequested = false
    epoch = 0
  }
}

/// Where a child task belongs.
package struct TaskParent: Sendable, Hashable {
  package var taskID: TaskID
  package var stepID: String

  package init(taskID: TaskID, stepID: String) {
    self.taskID = taskID
    self.stepID = stepID
  }
}

extension AgentTask {
  /// Takes over what an update writes: what changes in a task's life. What was submitted stays as it is.
  package mutating func advance(to newer: AgentTask) {
    state = newer.state
    reason = newer.reason
    result = newer.result
    provenance = newer.provenance
    runAt = newer.runAt
    budget = newer.budget
    usage = newer.usage
    failedRuns = newer.failedRuns
    interruptions = newer.interruptions
    updatedAt = newer.updatedAt
    endedAt = newer.endedAt
    retriedAs = newer.retriedAs
    lease = newer.lease
    epoch = newer.epoch
  }
}

/// Who runs a task, and until when that may be believed.
package struct TaskLease: Sendable, Hashable {
  package var owner: Incarnation
  package var until: Timestamp

  package init(owner: Incarnation, until: Timestamp) {
    self.owner = owner
    self.until = until
  }
}

/// What becomes of a step whose call may or may not have taken effect before a crash (interface.md §5).
package enum UnknownOutcomePolicy: String, Sendable, Hashable, CaseIterable {
  case retry, ask, fail
}
