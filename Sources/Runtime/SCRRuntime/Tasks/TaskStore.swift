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
  /// The records of the named steps, those that have one, in the order of `names`.
  func steps(of id: TaskID, named names: [String]) async throws(StoreError) -> [StepRecord]
  /// Who has the idempotency key, and the digest of the submission that came with it.
  func task(withIdempotencyKey key: String) async throws(StoreError) -> (id: TaskID, digest: String?)?
  /// Newest first. A row that cannot be read is told in ``TaskPage/damaged`` and hides no other.
  func tasks(_ query: TaskQuery) async throws(StoreError) -> TaskPage
  /// Events with a sequence above `since`, oldest first, at most `limit`.
  func events(since: Int64, taskID: TaskID?, limit: Int) async throws(StoreError) -> [RuntimeEvent]
  /// Tasks that wait to be claimed, by priority, then age, then order of arrival; rows that cannot be read are left out.
  func claimable(_ query: ClaimQuery) async throws(StoreError) -> [AgentTask]
  /// The earliest deadline of the tasks that nobody works on: queued, scheduled or waiting.
  func nearestDeadline() async throws(StoreError) -> Timestamp?
  /// Tasks that nobody works on (queued, scheduled or waiting) and whose deadline is `moment` or earlier, the earliest
  /// first, at most `limit`; rows that cannot be read are left out.
  func overdue(at moment: Timestamp, limit: Int) async throws(StoreError) -> [AgentTask]
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
  /// Tasks that belong to this page but whose rows cannot be read; ``TaskStore/task(_:)`` tells why.
  package var damaged: [TaskID]

  package init(tasks: [AgentTask], nextCursor: String? = nil, damaged: [TaskID] = []) {
    self.tasks = tasks
    self.nextCursor = nextCursor
    self.damaged = damaged
  }
}
