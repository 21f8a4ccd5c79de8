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
    case .documentRevision(let kind, let id, let revision):
      let found = try Int64.fetchOne(
        database.cachedStatement(sql: "SELECT revision FROM documents WHERE kind = ? AND id = ?"),
        arguments: [kind.rawValue, id])
      guard found == revision else { throw StoreError.unmet(precondition, found: found.map { String($0) }) }
    }
  }

  private func apply(_ change: PreparedBatch.Change) throws {
    switch change {
    case .insertTask(let id, let key, let uniqueKey, let values):
      do { try database.run(TaskRow.insert, values) } catch let error as DatabaseError {
        throw try refusal(of: id, key: key, uniqueKey: uniqueKey, error)
      }
    case .updateTask(let id, let values): try update(id, TaskRow.update, values)
    case .claimTask(let id, let values): try update(id, TaskRow.claim, values)
    case .revisePlan(let id, let values): try update(id, TaskRow.revisePlan, values)
    case .requestCancel(let id):
      try update(id, "UPDATE tasks SET cancel_requested = 1 WHERE id = ?", [id.text.databaseValue])
    case .putStep(let id, let values): try put(StepRow.put, values, owner: id)
    case .removeSteps(let id, let names):
      for name in names {
        try database.run(
          "DELETE FROM steps WHERE task_id = ? AND step_id = ?", [id.text.databaseValue, name.databaseValue])
      }
    case .putDocument(let owner, let values): try put(DocumentRow.put, values, owner: owner)
    case .removeDocument(let kind, let id):
      try database.run(
        "DELETE FROM documents WHERE kind = ? AND id = ?", [kind.rawValue.databaseValue, id.databaseValue])
    case .pruneTask(let id): try prune(id)
    case .pruneEvents(let last):
      try database.run("DELETE FROM events WHERE sequence <= ?", [last.databaseValue])
    }
  }

  private func update(_ id: TaskID, _ sql: String, _ values: [DatabaseValue]) throws {
    try database.run(sql, values)
    guard database.changesCount > 0 else { throw StoreError.unknownTask(id) }
  }

  private func put(_ sql: String, _ values: [DatabaseValue], owner: TaskID?) throws {
    do { try database.run(sql, values) } catch let error as DatabaseError
      where error.extendedResultCode == .SQLITE_CONSTRAINT_FOREIGNKEY
    {
      throw owner.map { StoreError.unknownTask($0) } ?? error
    }
  }

  /// The children go first: each row is removed before the one that it refers to.
  private func prune(_ id: TaskID) throws {
    guard let found = try text("SELECT state FROM tasks WHERE id = ?", [id.text]) else { return }
    guard TaskState(rawValue: found)?.isFinal ?? true else {
      throw StoreError.unmet(.taskState(id, oneOf: Set(TaskState.allCases.filter(\.isFinal))), found: found)
    }
    let family = try String.fetchAll(
      database.cachedStatement(
        sql: """
          WITH RECURSIVE family (id) AS (
            SELECT ? UNION SELECT tasks.id FROM tasks JOIN family ON tasks.parent_id = family.id)
          SELECT id FROM family
          """), arguments: [id.text])
    for member in family {
      for table in ["steps", "documents", "events"] {
        try database.run("DELETE FROM \(table) WHERE task_id = ?", [member.databaseValue])
      }
      try database.run("DELETE FROM tasks WHERE id = ?", [member.databaseValue])
    }
  }

  /// Which of the unique columns was taken. The key is looked at first: a repeated submission is normal.
  private func refusal(of id: TaskID, key: String?, uniqueKey: String?, _ error: DatabaseError) throws -> any Error {
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
    if let uniqueKey, let owner = try text(SQLiteTaskStore.uniqueKeyQuery, [uniqueKey]), owner != id.text {
      return StoreError.duplicateUnique(existing: TaskID(owner))
    }
    let isTaken = try text("SELECT id FROM tasks WHERE id = ?", [id.text]) != nil
    return isTaken ? StoreError.idTaken(id) : error
  }

  private func text(_ sql: String, _ arguments: StatementArguments) throws -> String? {
    try String.fetchOne(database.cachedStatement(sql: sql), arguments: arguments)
  }
}
