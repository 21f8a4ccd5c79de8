import GRDB
import SCRRuntime

/// A batch whose rows are encoded already, so that the writer spends its time on nothing but SQLite.
struct PreparedBatch: Sendable {
  enum Change: Sendable {
    case insertTask(TaskID, key: String?, [DatabaseValue])
    case updateTask(TaskID, key: String?, [DatabaseValue])
    case requestCancel(TaskID)
    case putStep(TaskID, [DatabaseValue])
  }

  let at: Timestamp
  let preconditions: [StorePrecondition]
  let changes: [Change]
  let events: [(draft: EventDraft, values: [DatabaseValue])]

  init(_ batch: StoreBatch) throws(StoreError) {
    at = batch.at
    preconditions = batch.preconditions
    var changes: [Change] = []
    for change in batch.changes { changes.append(try Change(change)) }
    self.changes = changes
    var events: [(draft: EventDraft, values: [DatabaseValue])] = []
    for draft in batch.events { events.append((draft, try EventRow.values(draft, at: batch.at))) }
    self.events = events
  }
}

extension PreparedBatch.Change {
  fileprivate init(_ change: StoreChange) throws(StoreError) {
    switch change {
    case .insertTask(let task):
      self = .insertTask(task.id, key: task.idempotencyKey, try TaskRow.insertValues(task))
    case .updateTask(let task):
      self = .updateTask(task.id, key: task.idempotencyKey, try TaskRow.updateValues(task))
    case .requestCancel(let id): self = .requestCancel(id)
    case .putStep(let record): self = .putStep(record.taskID, try StepRow.values(record))
    }
  }
}
