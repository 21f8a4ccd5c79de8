import GRDB
import SCRRuntime

/// Applies one batch inside the transaction that is open on the writer's connection. When it throws, the caller
/// takes back what it did.
struct BatchWriter {
  let database: Database

  func apply(_ batch: PreparedBatch) throws -> [RuntimeEvent] {
    for precondition in batch.preconditions { try check(precondition) }
    for change in batch.changes { try apply(change) }
    return try batch.events.map { event in
      try database.run(EventRow.insert, event.values)
      let draft = event.draft
      return RuntimeEvent(
        sequence: database.lastInsertedRowID, at: batch.at, kind: draft.kind, taskID: draft.taskID,
        stepID: draft.stepID, data: draft.data)
    }
  }

  private func check(_ precondition: StorePrecondition) throws {
    switch precondition {
    case .taskState(let id, let states):
      let found = try text("SELECT state FROM tasks WHERE id = ?", [id.text])
      guard let found, let state = TaskState(rawValue: found), states.contains(state) else {
        throw StoreError.unmet(precondition, found: found)
      }
    case .taskEpoch(let id, let epoch):
      let found = try Int64.fetchOne(
        database.cachedStatement(sql: "SELECT epoch FROM tasks WHERE id = ?"), arguments: [id.text])
      guard found == epoch else { throw StoreError.unmet(precondition, found: found.map { String($0) }) }
    }
  }

  private func apply(_ change: PreparedBatch.Change) throws {
    switch change {
    case .insertTask(let id, let key, let values):
      do { try database.run(TaskRow.insert, values) } catch let error as DatabaseError {
        throw try refusal(of: id, key: key, error)
      }
    case .updateTask(let id, let key, let values):
      do { try database.run(TaskRow.update, values) } catch let error as DatabaseError {
        throw try refusal(of: id, key: key, error)
      }
      guard database.changesCount > 0 else { throw StoreError.unknownTask(id) }
    case .requestCancel(let id):
      try database.run("UPDATE tasks SET cancel_requested = 1 WHERE id = ?", [id.text.databaseValue])
      guard database.changesCount > 0 else { throw StoreError.unknownTask(id) }
    case .putStep(let id, let values):
      do { try database.run(StepRow.put, values) } catch let error as DatabaseError
        where error.extendedResultCode == .SQLITE_CONSTRAINT_FOREIGNKEY
      {
        throw StoreError.unknownTask(id)
      }
    }
  }

  /// Which of the unique columns was taken. The key is looked at first: a repeated submission is normal.
  private func refusal(of id: TaskID, key: String?, _ error: DatabaseError) throws -> any Error {
    guard error.resultCode == .SQLITE_CONSTRAINT else { return error }
    let owner = try key.flatMap { key in
      try database.firstRow(
        "SELECT id, submission_digest FROM tasks WHERE idempotency_key = ?", [key.databaseValue])
    }
    if let owner {
      var row = RowReader(owner, table: "tasks")
      let existing = TaskID(try row.text())
      if existing != id { return StoreError.duplicateKey(existing: existing, digest: try row.optionalText()) }
    }
    let isTaken = try text("SELECT id FROM tasks WHERE id = ?", [id.text]) != nil
    return isTaken ? StoreError.idTaken(id) : error
  }

  private func text(_ sql: String, _ arguments: StatementArguments) throws -> String? {
    try String.fetchOne(database.cachedStatement(sql: sql), arguments: arguments)
  }
}
