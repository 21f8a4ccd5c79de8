import GRDB
import SCRProtocol
import SCRRuntime

/// How a document lies in its table. The revision is counted by the statement, and stands outside the checksum.
enum DocumentRow {
  static let columns =
    "number, revision, created_at, kind, id, task_id, is_open, due_at, updated_at, body, checksum"
  static let put = WriterSQL(
    """
    INSERT INTO documents (revision, created_at, kind, id, task_id, is_open, due_at, updated_at, body, checksum) \
    VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
    ON CONFLICT (kind, id) DO UPDATE SET revision = revision + 1, task_id = excluded.task_id, \
    is_open = excluded.is_open, due_at = excluded.due_at, updated_at = excluded.updated_at, body = excluded.body, \
    checksum = excluded.checksum
    """)

  static func values(_ document: StoreDocument, at moment: Timestamp) throws(StoreError) -> [ColumnValue] {
    var row = ColumnValues(capacity: 8)
    try row.text(document.kind.rawValue)
    try row.text(document.id)
    try row.text(document.taskID?.text)
    row.integer(document.isOpen ? 1 : 0)
    row.timestamp(document.dueAt)
    row.timestamp(moment)
    row.json(document.body)
    row.checksum()
    return [.integer(moment.milliseconds)] + row.values
  }

  /// Reads a row that was selected by ``columns``.
  static func read(_ row: StoredRow) throws(StoreError) -> StoreDocument {
    var row = RowReader(row, table: "documents")
    _ = try row.integer()
    let revision = try row.integer()
    let createdAt = try row.timestamp()
    let kind = DocumentKind(rawValue: try row.text())
    var document = StoreDocument(kind, id: try row.text(), body: .null, now: createdAt)
    document.revision = revision
    document.taskID = try row.optionalText().map { TaskID($0) }
    document.isOpen = try row.integer() != 0
    document.dueAt = try row.optionalTimestamp()
    document.updatedAt = try row.timestamp()
    document.body = try row.json()
    try row.checksum(from: 3)
    return document
  }

  /// What pages need of a row, however damaged the rest of it is.
  static func identity(_ row: StoredRow) throws(StoreError) -> (number: Int64, id: String) {
    var row = RowReader(row, table: "documents")
    let number = try row.integer()
    _ = try row.integer()
    _ = try row.timestamp()
    _ = try row.text()
    return (number, try row.text())
  }
}
