/// The durable truth beneath the queue. All writes go through ``commit(_:)``; implementations pass `TaskStoreConformance`.
package protocol TaskStore: Sendable {
  /// What an acknowledged commit survives.
  var durability: StoreDurability { get }

  /// Applies one batch: all of it or nothing. Returns after it is as durable as ``durability`` says; concurrent batches
  /// share one commit. Task and step rows, idempotency keys and events change together.
  /// - Returns: the events of the batch with their numbers, in order.
  /// - Throws: `StoreError`; `.preconditionFailed` and `.duplicateKey` leave the store unchanged and are normal.
  func commit(_ batch: StoreBatch) async throws(StoreError) -> [RuntimeEvent]

  func task(_ id: TaskID) async throws(StoreError) -> AgentTask?
  /// The steps that have a record, in the order of their first write.
  func steps(of id: TaskID) async throws(StoreError) -> [StepRecord]
  /// Newest first.
  func tasks(_ query: TaskQuery) async throws(StoreError) -> TaskPage
  /// Events with a sequence above `since`, oldest first, at most `limit`.
  func events(since: Int64, taskID: TaskID?, limit: Int) async throws(StoreError) -> [RuntimeEvent]
  /// Tasks that wait to be claimed, by priority and then age, at most `limit`.
  func claimable(limit: Int) async throws(StoreError) -> [AgentTask]
  /// Tasks in `running` or `waiting` whose lease another incarnation holds: what a crash left behind.
  func abandoned(by incarnation: Incarnation) async throws(StoreError) -> [AgentTask]
  func counts() async throws(StoreError) -> [TaskState: Int]
  /// The newest event's number; 0 before the first.
  func lastSequence() async throws(StoreError) -> Int64
  /// Flushes and closes; later calls throw `.closed`.
  func close() async
}

package enum StoreDurability: Sendable, Hashable {
  /// On disk, flushed before the answer.
  case durable(path: String)
  /// Gone with the process; labelled *not durable* everywhere.
  case ephemeral
}

/// Changes that become true together. Checked in order, then applied in order.
package struct StoreBatch: Sendable {
  package var at: Timestamp
  package var preconditions: [StorePrecondition]
  package var changes: [StoreChange]
  package var events: [EventDraft]

  package init(
    at: Timestamp, preconditions: [StorePrecondition] = [], changes: [StoreChange] = [], events: [EventDraft] = []
  ) {
    self.at = at
    self.preconditions = preconditions
    self.changes = changes
    self.events = events
  }
}

/// What must hold for a batch to apply: compare-and-set and fencing.
package enum StorePrecondition: Sendable, Hashable {
  case taskState(TaskID, oneOf: Set<TaskState>)
  /// The claim that the writer works under is still the newest one.
  case taskEpoch(TaskID, Int64)
  /// A step without a record counts as pending.
  case stepState(TaskID, step: String, oneOf: Set<StepState>)
}

package enum StoreChange: Sendable, Hashable {
  /// Fails with `.duplicateKey` if another task has the same idempotency key.
  case insertTask(AgentTask)
  /// Replaces every column of the task but `id`, `createdAt` and `cancelRequested`.
  case updateTask(AgentTask)
  /// Sets the flag; a task's owner learns of it from the caller, not from the store.
  case requestCancel(TaskID)
  /// Inserts or replaces the step's record.
  case putStep(StepRecord)
}

package struct TaskQuery: Sendable, Hashable {
  package var states: Set<TaskState>?
  package var taskClass: String?
  /// From ``TaskPage/nextCursor``; opaque, stays valid while tasks are added.
  package var cursor: String?
  /// 1…500.
  package var limit: Int

  package init(states: Set<TaskState>? = nil, taskClass: String? = nil, cursor: String? = nil, limit: Int = 50) {
    self.states = states
    self.taskClass = taskClass
    self.cursor = cursor
    self.limit = limit
  }
}

package struct TaskPage: Sendable, Hashable {
  package var tasks: [AgentTask]
  package var nextCursor: String?

  package init(tasks: [AgentTask], nextCursor: String? = nil) {
    self.tasks = tasks
    self.nextCursor = nextCursor
  }
}
