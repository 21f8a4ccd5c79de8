import GRDB
package import SCRRuntime

/// Memory in `memory.sqlite`, apart from the queue so that neither waits for the other.
///
/// A write survives the end of the process. Whether it survives a loss of power is the batch's choice
/// (``MemoryBatch/isFlushed``); without it the last ones may go, whole.
package final class SQLiteMemoryStore: MemoryStore {
  private let database: StoreDatabase
  private let quota: MemoryQuota
  private let isReadOnly: Bool
  /// Keeps the lock for as long as the store exists.
  private let directory: StateDirectory?

  private init(_ database: StoreDatabase, _ quota: MemoryQuota, isReadOnly: Bool, directory: StateDirectory?) {
    self.database = database
    self.quota = quota
    self.isReadOnly = isReadOnly
    self.directory = directory
  }

  /// Opens or creates the database and brings it to the newest format, and its index to the newest words.
  /// - Throws: as ``SQLiteTaskStore/open(in:)``.
  package static func open(
    in directory: StateDirectory, quota: MemoryQuota = MemoryQuota()
  ) async throws(StoreError) -> SQLiteMemoryStore {
    let path = directory.memoryPath
    let pool = try await StoreDatabase.opening(path) {
      LogFile.begin(beside: path)
      let pool = try DatabasePool(path: path, configuration: configuration())
      try pool.writeWithoutTransaction { database in
        try WritableFile.require(database, path: path)
        try Migrations.memory.apply(to: database, path: path)
        try WordTable.prepare(database)
      }
      return pool
    }
    return SQLiteMemoryStore(StoreDatabase(pool), quota, isReadOnly: false, directory: directory)
  }

  /// Opens without the lock, for commands that only look while another process may own the directory.
  /// - Throws: `StoreError.missing` where nothing was ever remembered, and what ``open(in:quota:)`` throws.
  package static func openReadOnly(_ directory: String) async throws(StoreError) -> SQLiteMemoryStore {
    let path = StateDirectory.memoryPath(in: directory)
    try RestoreMark.refuse(in: directory)
    guard FilePlace.size(path) ?? 0 > 0 else { throw missing(directory) }
    let pool = try await StoreDatabase.opening(path) {
      let pool = try DatabasePool(path: path, configuration: configuration(isReadOnly: true))
      let version = try pool.read { try Migrations.memory.check($0, path: path) }
      if version == 0 { throw missing(directory) }
      guard version == Migrations.memory.newest else {
        throw StoreError(
          .failed, "\(path) has the older format \(version): start `scr serve` once, which brings it up to date")
      }
      return pool
    }
    return SQLiteMemoryStore(StoreDatabase(pool), MemoryQuota(), isReadOnly: true, directory: nil)
  }

  package func commit(_ batch: MemoryBatch) async throws(StoreError) -> MemoryCommit {
    try MemoryLimits.check(batch)
    return try await write { [quota] database in
      // Outside of the transaction, where alone it has an effect.
      if batch.isFlushed { try database.execute(sql: "PRAGMA synchronous = FULL") }
      defer { if batch.isFlushed { try? database.execute(sql: "PRAGMA synchronous = NORMAL") } }
      var commit = MemoryCommit()
      try database.inTransaction(.immediate) {
        commit = try MemoryWriter.run(batch, quota, on: database)
        return .commit
      }
      return commit
    }
  }

  package func record(_ reference: MemoryReference, now: Timestamp) async throws(StoreError) -> MemoryRecord? {
    try await database.read { database in
      try database.memory(reference).flatMap { $0.record.isExpired(at: now) ? nil : $0.record }
    }
  }

  package func find(_ query: MemoryQuery) async throws(StoreError) -> MemoryPage {
    try await database.read { try MemoryFinder(database: $0).find(query) }
  }

  package func mark(_ name: String) async throws(StoreError) -> Int64? {
    try await database.read { try MemoryWriter.mark(name, $0) }
  }

  package func usage() async throws(StoreError) -> [MemoryUsage] {
    try await database.read { try MemoryFinder(database: $0).usage() }
  }

  package func withoutVector(of model: String, limit: Int) async throws(StoreError) -> [MemoryRecord] {
    try await database.read { try MemoryFinder(database: $0).withoutVector(of: model, limit: min(max(limit, 1), 1000)) }
  }

  package func put(_ vectors: [MemoryVectorWrite]) async throws(StoreError) {
    try await write { database in
      try database.inTransaction(.immediate) {
        for write in vectors { try Self.put(write, database) }
        return .commit
      }
    }
  }

  private static func put(_ write: MemoryVectorWrite, _ database: Database) throws {
    let number = try Int64.fetchOne(
      database.cachedStatement(sql: "SELECT number FROM records WHERE id = ? AND revision = ?"),
      arguments: [write.id, write.revision])
    guard let number else { return }
    let (model, values) = (write.vector.model, write.vector.values)
    try WriterStatement("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", on: database).run([
      .integer(number), .text(model), .integer(Int64(values.count)), .blob(VectorBytes.bytes(values)),
    ])
    try WriterStatement("UPDATE records SET vector_model = ? WHERE number = ?", on: database)
      .run([.text(model), .integer(number)])
  }

  package func verify(repairing: Bool) async throws(StoreError) -> MemoryReport {
    if repairing && isReadOnly { throw readOnly }
    // The writer's connection: a connection for reading alone may not make the view of the index that this needs.
    return try await database.write { database in
      var report = MemoryReport()
      try database.inTransaction(.deferred) {
        report = try MemoryCheck.run(database)
        return .commit
      }
      guard repairing, !report.isGood else { return report }
      try database.inTransaction(.immediate) {
        try MemoryCheck.repair(database)
        return .commit
      }
      report.isRepaired = true
      return report
    }
  }

  package func close() async {
    let pool = database.connection
    await database.close { [isReadOnly] in
      // A log that cannot be copied back now is read at the next start: nothing of it is lost.
      if !isReadOnly { try? pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) } }
    }
  }

  private func write<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(StoreError) -> Value {
    if isReadOnly { throw readOnly }
    return try await database.write(body)
  }

  private var readOnly: StoreError {
    StoreError(
      .readOnly, "\(database.path) was opened to look only: send changes to the process that owns the directory")
  }

  private static func configuration(isReadOnly: Bool = false) -> Configuration {
    var configuration = Configuration()
    configuration.label = "scr.memory"
    configuration.readonly = isReadOnly
    configuration.maximumReaderCount = 2
    configuration.busyMode = .timeout(5)
    return configuration
  }

  private static func missing(_ directory: String) -> StoreError {
    StoreError(
      .missing, "nothing was remembered in \(directory) yet: put something in first, or name the place with --state DIR"
    )
  }
}
