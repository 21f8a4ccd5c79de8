import SCRRuntime

/// What a batch came to.
struct AppliedBatch: Sendable {
  let events: [RuntimeEvent]
  /// What ``PreparedBatch/reads`` names.
  let task: AgentTask?
}

/// A batch whose rows are encoded already, so that the writer spends its time on nothing but SQLite.
struct PreparedBatch: Sendable {
  enum Change: Sendable {
    case insertTask(TaskID, key: String?, uniqueKey: String?, [ColumnValue])
    case updateTask(TaskID, [ColumnValue])
    case claimTask(TaskID, [ColumnValue])
    case revisePlan(TaskID, [ColumnValue])
    case requestCancel(TaskID)
    case putStep(TaskID, [ColumnValue])
    case removeSteps(TaskID, [String])
    case putDocument(owner: TaskID?, [ColumnValue])
    case removeDocument(DocumentKind, String)
    case pruneTask(TaskID)
    case pruneEvents(through: Int64)
  }

  let at: Timestamp
  let preconditions: [StorePrecondition]
  let changes: [Change]
  let events: [(draft: EventDraft, values: [ColumnValue])]
  /// The task to read once all is applied.
  let reads: TaskID?

  init(_ batch: StoreBatch, reading task: TaskID? = nil) throws(StoreError) {
    reads = task
    at = batch.at
    preconditions = batch.preconditions
    var changes: [Change] = []
    for change in batch.changes { changes.append(try Change(change, at: batch.at)) }
    self.changes = changes
    var events: [(draft: EventDraft, values: [ColumnValue])] = []
    for draft in batch.events { events.append((draft, try EventRow.values(draft, at: batch.at))) }
    self.events = events
  }
}

extension PreparedBatch.Change {
  fileprivate init(_ change: StoreChange, at moment: Timestamp) throws(StoreError) {
    switch change {
    case .insertTask(let task):
      self = .insertTask(
        task.id, key: task.idempotencyKey, uniqueKey: task.uniqueKey, try TaskRow.insertValues(task))
    case .updateTask(let task): self = .updateTask(task.id, try TaskRow.updateValues(task))
    case .claimTask(let id, let lease, let epoch):
      self = .claimTask(id, try TaskRow.claimValues(id, lease, epoch: epoch, at: moment))
    case .revisePlan(let id, let plan, let revision, let serverNames, let digest):
      self = .revisePlan(id, try TaskRow.planValues(id, plan, revision: revision, serverNames, digest))
    case .requestCancel(let id): self = .requestCancel(id)
    case .putStep(let record): self = .putStep(record.taskID, try StepRow.values(record))
    case .removeSteps(let id, let names): self = .removeSteps(id, names)
    case .putDocument(let document):
      self = .putDocument(owner: document.taskID, try DocumentRow.values(document, at: moment))
    case .removeDocument(let kind, let id): self = .removeDocument(kind, id)
    case .pruneTask(let id): self = .pruneTask(id)
    case .pruneEvents(let last): self = .pruneEvents(through: last)
    }
  }
}
