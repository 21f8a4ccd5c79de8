package import SCRProtocol

/// The durable truth beneath the queue. All writes go through ``commit(_:)``; implementations pass `TaskStoreConformance`.
package protocol TaskStore: Sendable {
  /// What an acknowledged commit survives.
  var durability: StoreDurability { get }

  /// Fires when the store can write nothing more until it is opened anew; what every later commit throws.
  var writeLoss: OneShot<StoreError> { get }

  /// Applies one batch: all of it or nothing. Returns after it is as durable as ``durability`` says; concurrent batches
  /// share one commit. Task and step rows, idempotency keys and events change together.
  /// - Returns: the events of the batch with their numbers, in order.
  /// - Throws: `StoreError`; `.preconditionFailed` and `.duplicateKey` leave the store unchanged and are normal.
  func commit(_ batch: StoreBatch) async throws(StoreError) -> [RuntimeEvent]
  /// Like ``commit(_:)``, and gives a task as the batch left it, without a way of its own to the database. Nil where
  /// there is none, or its row cannot be read.
  func commit(
    _ batch: StoreBatch, reading id: TaskID
  ) async throws(StoreError) -> (events: [RuntimeEvent], task: AgentTask?)

  func task(_ id: TaskID) async throws(StoreError) -> AgentTask?
  /// Those of the named tasks that are there and can be read, in the order of `ids`, each once.
  func tasks(_ ids: [TaskID]) async throws(StoreError) -> [AgentTask]
  /// The steps that have a record, in the order of their first write.
  func steps(of id: TaskID) async throws(StoreError) -> [StepRecord]
  /// The records of the named steps, those that have one, in the order of `names`.
  func steps(of id: TaskID, named names: [String]) async throws(StoreError) -> [StepRecord]
  /// Who has the idempotency key, and the digest of the submission that came with it.
  func task(withIdempotencyKey key: String) async throws(StoreError) -> (id: TaskID, digest: String?)?
  /// Newest first. A row that cannot be read is told in ``TaskPage/damaged`` and hides no other.
  func tasks(_ query: TaskQuery) async throws(StoreError) -> TaskPage
  /// Events with a sequence above `since`, oldest first, at most `limit`. In the place of a row that cannot be read stands
  /// an event of the kind ``EventKind/damaged``.
  func events(since: Int64, taskID: TaskID?, limit: Int) async throws(StoreError) -> [RuntimeEvent]
  /// What waits in the queue of a folder, lane by lane in their own order, at most `limit` lanes beyond `lane`. Costs one
  /// pass over an index of what is queued in these lanes.
  func lanes(
    in workspaceRoot: String, after lane: QueueLane?, limit: Int
  ) async throws(StoreError) -> [LaneSummary]
  /// What waits in all folders, by class and priority; one pass over an index of all that is queued.
  func queueTotals(of state: TaskState) async throws(StoreError) -> [QueueTotal]
  /// Queued tasks of one lane in the order of their arrival; rows that cannot be read are left out. The cost does not
  /// grow with the number of queued tasks.
  func claimable(_ query: ClaimQuery) async throws(StoreError) -> [QueuedTask]
  /// How many tasks of the lane were accepted before that number and are still queued.
  func queuedBefore(_ number: Int64, in lane: QueueLane, of workspaceRoot: String) async throws(StoreError) -> Int
  /// The place of a task in the order of arrival.
  func number(of id: TaskID) async throws(StoreError) -> Int64?
  /// The earliest ``AgentTask/runAt`` of the tasks that are scheduled.
  func nearestStart() async throws(StoreError) -> Timestamp?
  /// Scheduled tasks whose time is `moment` or earlier, the earliest first, at most `limit`.
  func startable(at moment: Timestamp, limit: Int) async throws(StoreError) -> [AgentTask]
  /// Tasks in one of the final `states` that ended before `moment`, the longest ended first, at most `limit`. Children
  /// are left out: they go with their parent.
  func ended(before moment: Timestamp, in states: Set<TaskState>, limit: Int) async throws(StoreError) -> [TaskID]
  /// The task with that ``AgentTask/uniqueKey`` that has not ended.
  func task(withUniqueKey key: String) async throws(StoreError) -> TaskID?
  func document(_ kind: DocumentKind, _ id: String) async throws(StoreError) -> StoreDocument?
  func documents(_ query: DocumentQuery) async throws(StoreError) -> DocumentPage
  /// The earliest ``StoreDocument/dueAt`` of the open documents of a kind.
  func nearestDue(_ kind: DocumentKind) async throws(StoreError) -> Timestamp?
  /// The earliest deadline of the tasks that nobody works on: queued, scheduled or waiting.
  func nearestDeadline() async throws(StoreError) -> Timestamp?
  /// Tasks that nobody works on (queued, scheduled or waiting) and whose deadline is `moment` or earlier, the earliest
  /// first, at most `limit`; rows that cannot be read are left out.
  func overdue(at moment: Timestamp, limit: Int) async throws(StoreError) -> [AgentTask]
  /// Tasks in `running` or `waiting` whose lease another incarnation holds: what a crash left behind.
  func abandoned(by incarnation: Incarnation) async throws(StoreError) -> [AgentTask]
  /// Tasks that nobody works on (queued, scheduled or waiting) although somebody asked for their end, at most `limit`;
  /// rows that cannot be read are left out. Costs a look into an index.
  func unheeded(limit: Int) async throws(StoreError) -> [AgentTask]
  func counts() async throws(StoreError) -> [TaskState: Int]
  /// The oldest event that is still kept; one more than ``lastSequence()`` where none is.
  func firstSequence() async throws(StoreError) -> Int64
  /// The newest event's number; 0 before the first.
  func lastSequence() async throws(StoreError) -> Int64
  /// Flushes and closes; later calls throw `.closed`.
  func close() async
}

extension TaskStore {
  package func tasks(_ ids: [TaskID]) async throws(StoreError) -> [AgentTask] {
    var tasks: [AgentTask] = []
    for id in ids { if let task = try await readable(id) { tasks.append(task) } }
    return tasks
  }

  private func readable(_ id: TaskID) async throws(StoreError) -> AgentTask? {
    do throws(StoreError) { return try await task(id) } catch {
      guard error.code == .corrupt else { throw error }
      return nil
    }
  }

  package func commit(
    _ batch: StoreBatch, reading id: TaskID
  ) async throws(StoreError) -> (events: [RuntimeEvent], task: AgentTask?) {
    let events = try await commit(batch)
    return (events, try? await task(id))
  }

  /// Most stores have nothing to lose.
  package var writeLoss: OneShot<StoreError> { OneShot() }
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
  /// The task's plan was revised so often.
  case planRevision(TaskID, Int64)
  /// The document has been written so often; nil: it is not there.
  case documentRevision(DocumentKind, String, Int64?)
}

package enum StoreChange: Sendable, Hashable {
  /// Fails with `.duplicateKey` if another task has the same idempotency key, and with `.duplicateUnique` if another that
  /// has not ended has the same unique key.
  case insertTask(AgentTask)
  /// Writes what changes in a task's life (``AgentTask/advance(to:)``), nothing of what was submitted.
  case updateTask(AgentTask)
  /// Makes a task `running` under a new lease, as its claim with that number, without the rest of the row. The number is
  /// one more than the epoch that a precondition names.
  case claimTask(TaskID, TaskLease, epoch: Int64)
  /// Gives a task a plan, or another one; the revision is one more than that which a precondition names.
  case revisePlan(TaskID, JSONValue, revision: Int64, serverNames: [String], serversDigest: String?)
  /// Sets the flag; a task's owner learns of it from the caller, not from the store.
  case requestCancel(TaskID)
  /// Inserts or replaces the step's record.
  case putStep(StepRecord)
  /// Forgets the records of steps that a revised plan begins anew, or no longer has.
  case removeSteps(TaskID, [String])
  /// Inserts or replaces; the store counts the revision and keeps ``StoreDocument/createdAt``.
  case putDocument(StoreDocument)
  case removeDocument(DocumentKind, String)
  /// Removes a task that has ended, and its children, with their steps, documents and events. One that is not there is no
  /// error; one that has not ended is not removed, nor is anything else of the batch done (`.preconditionFailed`).
  case pruneTask(TaskID)
  /// Removes the events up to that number, whosever they are.
  case pruneEvents(through: Int64)
}

package struct TaskQuery: Sendable, Hashable {
  package var states: Set<TaskState>?
  package var taskClass: String?
  /// Only the children of that task.
  package var parent: TaskID?
  /// From ``TaskPage/nextCursor``; opaque, stays valid while tasks are added.
  package var cursor: String?
  /// 1…500.
  package var limit: Int

  package init(
    states: Set<TaskState>? = nil, taskClass: String? = nil, parent: TaskID? = nil, cursor: String? = nil,
    limit: Int = 50
  ) {
    self.states = states
    self.taskClass = taskClass
    self.parent = parent
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
