import GRDB
import SCRProtocol
import SCRRuntime

/// How a record lies in its table. The number and what comes behind the checksum stand outside of it.
enum MemoryRow {
  static let columns = """
    number, id, namespace, kind, key, task_id, revision, written, pinned, created_at, updated_at, expires_at, size, tags, \
    provenance, text, value, checksum
    """
  static let insert = """
    INSERT INTO records (id, namespace, kind, key, task_id, revision, written, pinned, created_at, updated_at, expires_at, \
    size, tags, provenance, text, value, checksum, number) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """
  static let update = """
    UPDATE records SET id = ?, namespace = ?, kind = ?, key = ?, task_id = ?, revision = ?, written = ?, pinned = ?, \
    created_at = ?, updated_at = ?, expires_at = ?, size = ?, tags = ?, provenance = ?, text = ?, value = ?, checksum = ?, \
    vector_model = NULL WHERE number = ?
    """

  struct Stored: Sendable {
    var number: Int64
    var record: MemoryRecord
    var size: Int
  }

  /// For ``insert`` and ``update``, without the number.
  static func values(_ record: MemoryRecord, written: Int64, size: Int) throws(StoreError) -> [ColumnValue] {
    let content = record.content
    var row = ColumnValues(capacity: 18)
    try row.text(record.id)
    try row.text(record.address.namespace)
    try row.text(record.address.kind.rawValue)
    try row.text(record.address.key)
    try row.text(content.provenance.taskID?.text)
    row.integer(record.revision)
    row.integer(written)
    row.integer(content.isPinned ? 1 : 0)
    row.timestamp(record.createdAt)
    row.timestamp(record.updatedAt)
    row.timestamp(content.expiresAt)
    row.integer(Int64(size))
    row.names(content.tags)
    row.json(content.provenance.json)
    try row.text(content.text)
    row.json(content.value)
    row.checksum()
    return row.values
  }

  /// Reads a row that was selected by ``columns``.
  static func read(_ row: StoredRow) throws(StoreError) -> Stored {
    var row = RowReader(row, table: "records")
    let number = try row.integer()
    let id = try row.text()
    let namespace = try row.text()
    let kind = MemoryKind(rawValue: try row.text())
    let address = MemoryAddress(kind, try row.text(), in: namespace)
    _ = try row.optionalText()
    let revision = try row.integer()
    _ = try row.integer()
    var content = MemoryContent()
    content.isPinned = try row.integer() != 0
    let createdAt = try row.timestamp()
    let updatedAt = try row.timestamp()
    content.expiresAt = try row.optionalTimestamp()
    let size = Int(clamping: try row.integer())
    content.tags = try row.names()
    let provenance = MemoryProvenance(json: try row.json())
    content.provenance = try row.present(provenance)
    content.text = try row.text()
    content.value = try row.optionalJSON()
    try row.checksum(from: 1)
    let record = MemoryRecord(
      id: id, address: address, content: content, revision: revision, createdAt: createdAt, updatedAt: updatedAt)
    return Stored(number: number, record: record, size: size)
  }

  /// What can be said of a row, however damaged the rest of it is.
  static func identity(_ row: StoredRow) -> (number: Int64, id: String) {
    var (number, id) = (Int64(0), "?")
    if case .integer(let found) = row[0] { number = found }
    if case .text(let found) = row[1] { id = found }
    return (number, id)
  }
}

extension Database {
  func memory(_ reference: MemoryReference) throws -> MemoryRow.Stored? {
    let (condition, values) = reference.condition
    return try firstRow("SELECT \(MemoryRow.columns) FROM records WHERE \(condition)", values).map {
      try MemoryRow.read($0)
    }
  }
}

extension MemoryReference {
  fileprivate var condition: (sql: String, values: [DatabaseValue]) {
    switch self {
    case .id(let id): ("id = ?", [id.databaseValue])
    case .address(let address):
      (
        "namespace = ? AND kind = ? AND key = ?",
        [address.namespace.databaseValue, address.kind.rawValue.databaseValue, address.key.databaseValue]
      )
    }
  }
}
