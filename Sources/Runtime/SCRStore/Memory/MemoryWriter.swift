import GRDB
import SCRProtocol
import SCRRuntime

/// Does one batch within a transaction.
struct MemoryWriter {
  private let database: Database
  private let quota: MemoryQuota
  private let now: Timestamp
  private let firstWrite: Int64
  private var lastWrite: Int64
  /// Namespaces that were touched.
  private var usage: [String: MemoryUsage] = [:]
  private var commit = MemoryCommit()

  private static let writtenMark = ".written"
  private static let setMark = "INSERT OR REPLACE INTO marks VALUES (?, ?)"

  /// - Throws: `StoreError`, `DatabaseError`; the transaction is then to be rolled back.
  static func run(_ batch: MemoryBatch, _ quota: MemoryQuota, on database: Database) throws -> MemoryCommit {
    var writer = try MemoryWriter(batch, quota, database)
    for write in batch.writes { try writer.apply(write) }
    try writer.dropExpired()
    for namespace in Set(writer.commit.records.map(\.address.namespace)).sorted() { try writer.makeRoom(in: namespace) }
    try writer.finish(batch.marks)
    return writer.commit
  }

  private init(_ batch: MemoryBatch, _ quota: MemoryQuota, _ database: Database) throws {
    self.database = database
    self.quota = quota
    now = batch.at
    firstWrite = try Self.mark(Self.writtenMark, database) ?? 0
    lastWrite = firstWrite
  }

  static func mark(_ name: String, _ database: Database) throws -> Int64? {
    guard
      case .integer(let value) = try WriterStatement("SELECT value FROM marks WHERE name = ?", on: database)
        .value([.text(name)])
    else { return nil }
    return value
  }

  private mutating func apply(_ write: MemoryWrite) throws {
    switch write {
    case .put(let address, let content, let condition):
      try MemoryLimits.check(address, content)
      let old = try stored(address)
      guard condition.holds(old?.record.revision) else { throw StoreError.memoryCondition(address) }
      let record = MemoryRecord(
        id: old?.record.id ?? MemoryRecord.randomID(), address: address, content: content,
        revision: (old?.record.revision ?? 0) + 1, createdAt: old?.record.createdAt ?? now, updatedAt: now)
      try put(record, over: old)
    case .restore(let record):
      try MemoryLimits.check(record.address, record.content)
      if let other = try database.memory(.id(record.id)), other.record.address != record.address { try remove(other) }
      try put(record, over: stored(record.address))
    case .forget(let reference, let condition):
      let old = try database.memory(reference)
      guard condition.holds(old?.record.revision) else { throw StoreError.memoryCondition(reference) }
      guard let old else { return }
      try remove(old)
      commit.forgotten += 1
    }
  }

  /// Most writes are of new records, for which the cheaper look is enough.
  private func stored(_ address: MemoryAddress) throws -> MemoryRow.Stored? {
    let number = try WriterStatement(
      "SELECT number FROM records WHERE namespace = ? AND kind = ? AND key = ?", on: database
    ).value([.text(address.namespace), .text(address.kind.rawValue), .text(address.key)])
    return number == nil ? nil : try database.memory(.address(address))
  }

  private mutating func put(_ record: MemoryRecord, over old: MemoryRow.Stored?) throws {
    lastWrite += 1
    let size = record.size
    let values = try MemoryRow.values(record, written: lastWrite, size: size)
    let number: Int64
    if let old {
      number = old.number
      try WordTable.remove(number, old.record, from: database)
      try removeTags(old)
      try count(old.record.address.namespace, records: -1, bytes: -old.size)
      try WriterStatement(MemoryRow.update, on: database).run(values + [.integer(number)])
    } else {
      try WriterStatement(MemoryRow.insert, on: database).run(values + [.null])
      number = database.lastInsertedRowID
    }
    try WordTable.add(number, record, to: database)
    for tag in record.content.tags {
      try WriterStatement("INSERT OR IGNORE INTO tags VALUES (?, ?)", on: database).run([.text(tag), .integer(number)])
    }
    try count(record.address.namespace, records: 1, bytes: size)
    commit.records.append(record)
  }

  private mutating func remove(_ old: MemoryRow.Stored) throws {
    try WordTable.remove(old.number, old.record, from: database)
    try removeTags(old)
    try WriterStatement("DELETE FROM vectors WHERE number = ?", on: database).run([.integer(old.number)])
    try WriterStatement("DELETE FROM records WHERE number = ?", on: database).run([.integer(old.number)])
    try count(old.record.address.namespace, records: -1, bytes: -old.size)
  }

  private func removeTags(_ old: MemoryRow.Stored) throws {
    for tag in old.record.content.tags {
      try WriterStatement("DELETE FROM tags WHERE tag = ? AND number = ?", on: database)
        .run([.text(tag), .integer(old.number)])
    }
  }

  private mutating func dropExpired() throws {
    let over = try rows(
      "WHERE expires_at <= ? AND written <= ? ORDER BY number LIMIT \(MemoryLimits.expiredPerCommit)",
      [now.milliseconds.databaseValue, firstWrite.databaseValue])
    for old in over { try remove(old) }
    commit.expired = over.count
  }

  private mutating func makeRoom(in namespace: String) throws {
    var evicted = MemoryUsage(namespace: namespace)
    while usage[namespace]?.isOver(quota) == true {
      let oldest = try rows(
        "WHERE namespace = ? AND pinned = 0 AND written <= ? ORDER BY written LIMIT 1",
        [namespace.databaseValue, firstWrite.databaseValue])
      guard let oldest = oldest.first else { throw StoreError.memoryFull(namespace, quota) }
      try remove(oldest)
      evicted.evicted += 1
      evicted.evictedBytes += oldest.size
    }
    guard evicted.evicted > 0 else { return }
    usage[namespace]?.evicted += evicted.evicted
    usage[namespace]?.evictedBytes += evicted.evictedBytes
    commit.evicted.append(evicted)
  }

  private func rows(_ condition: String, _ values: [DatabaseValue]) throws -> [MemoryRow.Stored] {
    try Array(
      database.rows("SELECT \(MemoryRow.columns) FROM records \(condition)", values).map { try MemoryRow.read($0) })
  }

  private mutating func count(_ namespace: String, records: Int, bytes: Int) throws {
    if usage[namespace] == nil { usage[namespace] = try MemoryFinder.usage(of: namespace, in: database) }
    usage[namespace]?.records += records
    usage[namespace]?.bytes += bytes
  }

  private func finish(_ marks: [String: Int64]) throws {
    for usage in usage.values {
      try WriterStatement("INSERT OR REPLACE INTO namespaces VALUES (?, ?, ?, ?, ?)", on: database).run([
        .text(usage.namespace), .integer(Int64(usage.records)), .integer(Int64(usage.bytes)),
        .integer(Int64(usage.evicted)), .integer(Int64(usage.evictedBytes)),
      ])
    }
    for (name, value) in marks { try WriterStatement(Self.setMark, on: database).run([.text(name), .integer(value)]) }
    guard lastWrite > firstWrite else { return }
    try WriterStatement(Self.setMark, on: database).run([.text(Self.writtenMark), .integer(lastWrite)])
  }
}
