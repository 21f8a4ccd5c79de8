import GRDB
package import SCRRuntime

/// Memory in `memory.sqlite`, apart from the queue so that neither waits for the other.
///
/// A write survives the end of the process. The last ones may be lost with the power, since they are not flushed one by
/// one; what must not be lost is in the task store.
package final class SQLiteMemoryStore: MemoryStore {
  private let database: StoreDatabase
  /// Keeps the lock for as long as the store exists.
  private let directory: StateDirectory

  static let columns = "kind, id, task_id, value, updated_at"

  private init(_ database: StoreDatabase, directory: StateDirectory) {
    self.database = database
    self.directory = directory
  }

  /// Opens or creates the database and brings it to the newest format.
  /// - Throws: as ``SQLiteTaskStore/open(in:)``.
  package static func open(in directory: StateDirectory) async throws(StoreError) -> SQLiteMemoryStore {
    let path = directory.memoryPath
    let queue = try await StoreDatabase.opening(path) {
      var configuration = Configuration()
      configuration.label = "scr.memory"
      configuration.busyMode = .timeout(5)
      configuration.journalMode = .wal
      LogFile.begin(beside: path)
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      try queue.writeWithoutTransaction { database in
        try WritableFile.require(database, path: path)
        try Migrations.memory.apply(to: database, path: path)
      }
      return queue
    }
    return SQLiteMemoryStore(StoreDatabase(queue), directory: directory)
  }

  package func put(_ record: MemoryRecord) async throws(StoreError) {
    var row = ColumnValues(capacity: 5)
    try row.text(record.kind)
    try row.text(record.id)
    try row.text(record.taskID?.text)
    row.json(record.value)
    row.timestamp(record.updatedAt)
    // Replacing gives the record a new revision, which an update in place would not.
    let (sql, values) = ("INSERT OR REPLACE INTO records (\(Self.columns)) VALUES (?, ?, ?, ?, ?)", row.values)
    try await database.write { try WriterStatement(sql, on: $0).run(values) }
  }

  package func get(kind: String, id: String) async throws(StoreError) -> MemoryRecord? {
    try await database.read { database in
      try database.firstRow(
        "SELECT \(Self.columns) FROM records WHERE kind = ? AND id = ?", [kind.databaseValue, id.databaseValue]
      ).map { try Self.record($0) }
    }
  }

  package func list(kind: String, limit: Int) async throws(StoreError) -> [MemoryRecord] {
    try await database.read { database in
      try Array(
        database.rows(
          "SELECT \(Self.columns) FROM records WHERE kind = ? ORDER BY updated_at DESC, revision DESC LIMIT ?",
          [kind.databaseValue, Int64(max(limit, 0)).databaseValue]
        ).map { try Self.record($0) })
    }
  }

  package func close() async { await database.close() }

  static func record(_ row: Row) throws(StoreError) -> MemoryRecord {
    var row = RowReader(row, table: "records")
    return MemoryRecord(
      kind: try row.text(), id: try row.text(), taskID: try row.optionalText().map { TaskID($0) },
      value: try row.json(), updatedAt: try row.timestamp())
  }
}
