import GRDB
import SCRRuntime

/// Applies batches inside the transaction that is open on the writer's connection. When it throws, the caller takes back
/// what it did. It keeps the statements that it has used.
final class BatchWriter {
  private let database: Database
  private var statements: [ObjectIdentifier: WriterStatement] = [:]

  init(_ database: Database) { self.database = database }

  /// Whether the batch may be applied. Writes nothing.
  /// - Throws: `StoreError.preconditionFailed`, or what kept it from looking.
  func check(_ batch: PreparedBatch) throws { for precondition in batch.preconditions { try check(precondition) } }

  /// - Parameter batch: was checked.
  func apply(_ batch: PreparedBatch) throws -> AppliedBatch {
    for change in batch.changes { try apply(change) }
    return AppliedBatch(events: try insertEvents(batch), task: try batch.reads.flatMap(read))
  }

  private func read(_ id: TaskID) throws -> AgentTask? {
    try database.readableTasks(Self.task, [id.text.databaseValue]).first
  }

  static let task = "SELECT \(TaskRow.columns) FROM tasks WHERE id = ?"

  private func insertEvents(_ batch: PreparedBatch) throws -> [RuntimeEvent] {
    try batch.events.map { event in
      try run(EventRow.insert, event.values)
      let draft = event.draft
      return RuntimeEvent(
        sequence: database.lastInsertedRowID, at: batch.at, kind: draft.kind, taskID: draft.taskID,
        stepID: draft.stepID, data: draft.data)
    }
  }

  func run(_ sql: WriterSQL, _ values: [ColumnValue] = []) throws { try statement(sql).run(values) }

  private func statement(_ sql: WriterSQL) throws -> WriterStatement {
    if let known = statements[ObjectIdentifier(sql)] { return known }
    let new = try WriterStatement(sql.text, on: database)
    statements[ObjectIdentifier(sql)] = new
    return new
  }

  private func integer(_ sql: WriterSQL, _ values: ColumnValue...) throws -> Int64? {
    guard case .integer(let number) = try statement(sql).value(values) else { return nil }
    return number
  }

  private func text(_ sql: WriterSQL, _ values: ColumnValue...) throws -> String? {
    guard case .text(let text) = try statement(sql).value(values) else { return nil }
    return text
  }

  // MARK: Preconditions

  private static let state = WriterSQL("SELECT state FROM tasks WHERE id = ?")
  private static let epoch = WriterSQL("SELECT epoch FROM tasks WHERE id = ?")
  private static let planRevision = WriterSQL("SELECT plan_revision FROM tasks WHERE id = ?")
  private static let revision = WriterSQL("SELECT revision FROM documents WHERE kind = ? AND id = ?")

  private func check(_ precondition: StorePrecondition) throws {
    switch precondition {
    case .taskState(let id, let states):
      let found = try text(Self.state, .text(id.text))
      guard let found, let state = TaskState(rawValue: found), states.contains(state) else {
        throw StoreError.unmet(precondition, found: found)
      }
    case .taskEpoch(let id, let epoch):
      let found = try integer(Self.epoch, .text(id.text))
      guard found == epoch else { throw StoreError.unmet(precondition, found: found.map { String($0) }) }
    case .planRevision(let id, let revision):
      let found = try integer(Self.planRevision, .text(id.text))
      guard found == revision else { throw StoreError.unmet(precondition, found: found.map { String($0) }) }
    case .documentRevision(let kind, let id, let revision):
      let found = try integer(Self.revision, .text(kind.rawValue), .text(id))
      guard found == revision else { throw StoreError.unmet(precondition, found: found.map { String($0) }) }
    }
  }

  // MARK: Changes

  private static let requestCancel = WriterSQL("UPDATE tasks SET cancel_requested = 1 WHERE id = ?")
  private static let removeStep = WriterSQL("DELETE FROM steps WHERE task_id = ? AND step_id = ?")
  private static let removeDocument = WriterSQL("DELETE FROM documents WHERE kind = ? AND id = ?")
  private static let pruneEvents = WriterSQL("DELETE FROM events WHERE sequence <= ?")
  private static let removeTask = [
    "DELETE FROM steps WHERE task_id = ?", "DELETE FROM documents WHERE task_id = ?",
    "DELETE FROM events WHERE task_id = ?", "DELETE FROM tasks WHERE id = ?",
  ].map(WriterSQL.init)
  private static let uniqueKey = WriterSQL(SQLiteTaskStore.uniqueKeyQuery)
  private static let taken = WriterSQL("SELECT id FROM tasks WHERE id = ?")

  private func apply(_ change: PreparedBatch.Change) throws {
    switch change {
    case .insertTask(let id, let key, let uniqueKey, let values):
      do { try run(TaskRow.insert, values) } catch let error as DatabaseError {
        throw try refusal(of: id, key: key, uniqueKey: uniqueKey, error)
      }
    case .updateTask(let id, let values): try update(id, TaskRow.update, values)
    case .claimTask(let id, let values): try update(id, TaskRow.claim, values)
    case .revisePlan(let id, let values): try update(id, TaskRow.revisePlan, values)
    case .requestCancel(let id):
      try update(id, Self.requestCancel, [.text(id.text)])
    case .putStep(let id, let values): try put(StepRow.put, values, owner: id)
    case .removeSteps(let id, let names):
      for name in names {
        try run(Self.removeStep, [.text(id.text), .text(name)])
      }
    case .putDocument(let owner, let values): try put(DocumentRow.put, values, owner: owner)
    case .removeDocument(let kind, let id):
      try run(Self.removeDocument, [.text(kind.rawValue), .text(id)])
    case .pruneTask(let id): try prune(id)
    case .pruneEvents(let last): try run(Self.pruneEvents, [.integer(last)])
    }
  }

  private func update(_ id: TaskID, _ sql: WriterSQL, _ values: [ColumnValue]) throws {
    try run(sql, values)
    guard database.changesCount > 0 else { throw StoreError.unknownTask(id) }
  }

  private func put(_ sql: WriterSQL, _ values: [ColumnValue], owner: TaskID?) throws {
    do { try run(sql, values) } catch let error as DatabaseError
      where error.extendedResultCode == .SQLITE_CONSTRAINT_FOREIGNKEY
    {
      throw owner.map { StoreError.unknownTask($0) } ?? error
    }
  }

  /// The children go first: each row is removed before the one that it refers to.
  private func prune(_ id: TaskID) throws {
    guard let found = try text(Self.state, .text(id.text)) else { return }
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
      for sql in Self.removeTask { try run(sql, [.text(member)]) }
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
    if let uniqueKey, let owner = try text(Self.uniqueKey, .text(uniqueKey)), owner != id.text {
      return StoreError.duplicateUnique(existing: TaskID(owner))
    }
    let isTaken = try text(Self.taken, .text(id.text)) != nil
    return isTaken ? StoreError.idTaken(id) : error
  }
}
