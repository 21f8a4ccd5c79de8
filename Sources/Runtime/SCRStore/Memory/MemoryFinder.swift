import GRDB
import GRDBSQLite
import SCRRuntime

/// Answers questions on a connection that sees one state of memory.
struct MemoryFinder {
  let database: Database

  func find(_ query: MemoryQuery) throws -> MemoryPage { query.isRanked ? try ranked(query) : try listed(query) }

  // MARK: Ranked

  private func ranked(_ query: MemoryQuery) throws -> MemoryPage {
    var rankings: [[RankedRecord]] = []
    if let match = query.match { rankings.append(try best(match, query)) }
    if let vector = query.vector { rankings.append(try nearest(vector, query)) }
    let (page, next) = try MemoryRanking.fused(rankings).page(after: query.cursor, limit: query.pageSize)
    var result = MemoryPage(nextCursor: next)
    for ranked in page {
      let row = try database.firstRow(
        "SELECT \(MemoryRow.columns) FROM records WHERE number = ?", [ranked.number.databaseValue])
      // An index that does not fit may name records that are gone.
      guard let row else { continue }
      try take(row, into: &result) { record in
        MemoryHit(
          record: record, score: ranked.score,
          snippet: query.match.map { MemorySnippet.make(of: record.spokenText, $0) } ?? [])
      }
    }
    return result
  }

  private func best(_ match: MemoryMatch, _ query: MemoryQuery) throws -> [RankedRecord] {
    guard let expression = WordTable.expression(match) else { return [] }
    let filter = MemoryFilter(query)
    // Without filters the records themselves need not be looked up.
    let sql =
      filter.isTrivial
      ? """
      SELECT rowid, rank FROM search WHERE search MATCH ? \
      AND rowid NOT IN (SELECT number FROM records WHERE expires_at <= ?) ORDER BY rank, rowid DESC LIMIT ?
      """
      : """
      SELECT search.rowid, search.rank FROM search JOIN records ON records.number = search.rowid \
      WHERE search MATCH ? AND \(filter.sql) ORDER BY search.rank, search.rowid DESC LIMIT ?
      """
    let values = filter.isTrivial ? [query.now.milliseconds.databaseValue] : filter.values
    let rows = try Row.fetchCursor(
      database.cachedStatement(sql: sql),
      arguments: StatementArguments(
        [expression.databaseValue] + values + [Int64(MemoryQuery.rankDepth).databaseValue]))
    // FTS5 gives the better a smaller number.
    return try Array(rows.map { RankedRecord(number: $0[0], score: -($0[1] as Double)) })
  }

  private func nearest(_ vector: MemoryVector, _ query: MemoryQuery) throws -> [RankedRecord] {
    let filter = MemoryFilter(query)
    let statement = try database.cachedStatement(
      sql: """
        SELECT vectors.number, vectors.vector FROM vectors JOIN records ON records.number = vectors.number \
        WHERE vectors.model = ? AND \(filter.sql) ORDER BY vectors.number DESC LIMIT ?
        """)
    try statement.setArguments(
      StatementArguments(
        [vector.model.databaseValue] + filter.values + [Int64(MemoryVector.candidates).databaseValue]))
    var distances: [(number: Int64, score: Double)] = []
    // Stepped by hand: a row's bytes are compared where SQLite has them.
    let handle = statement.sqliteStatement
    defer { sqlite3_reset(handle) }
    var code = sqlite3_step(handle)
    while code == SQLITE_ROW {
      let bytes = UnsafeRawBufferPointer(
        start: sqlite3_column_blob(handle, 1), count: Int(sqlite3_column_bytes(handle, 1)))
      if let score = MemoryVector.cosine(VectorBytes.values(bytes), vector.values) {
        distances.append((sqlite3_column_int64(handle, 0), score))
      }
      code = sqlite3_step(handle)
    }
    if code != SQLITE_DONE { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
    return MemoryVector.rank(distances)
  }

  // MARK: Lists

  private func listed(_ query: MemoryQuery) throws -> MemoryPage {
    let before =
      try query.cursor.map { cursor throws(StoreError) in try TaskCursor(cursor, of: "memory").number } ?? .max
    let filter = MemoryFilter(query)
    let rows = try database.rows(
      "SELECT \(MemoryRow.columns) FROM records WHERE number < ? AND \(filter.sql) ORDER BY number DESC LIMIT ?",
      [before.databaseValue] + filter.values + [Int64(query.pageSize + 1).databaseValue])
    var page = MemoryPage()
    var last: Int64?
    while let row = try rows.next() {
      if page.hits.count + page.damaged.count == query.pageSize {
        page.nextCursor = last.map { TaskCursor(number: $0).text }
        break
      }
      last = MemoryRow.identity(row).number
      try take(row, into: &page) { MemoryHit(record: $0) }
    }
    return page
  }

  private func take(_ row: StoredRow, into page: inout MemoryPage, _ hit: (MemoryRecord) -> MemoryHit)
    throws(StoreError)
  {
    do throws(StoreError) { page.hits.append(hit(try MemoryRow.read(row).record)) } catch {
      guard error.code == .corrupt else { throw error }
      page.damaged.append(MemoryRow.identity(row).id)
    }
  }

  // MARK: Counts

  static func usage(of namespace: String, in database: Database) throws -> MemoryUsage {
    try database.firstRow(
      "SELECT name, records, bytes, evicted, evicted_bytes FROM namespaces WHERE name = ?", [namespace.databaseValue]
    ).map(usage) ?? MemoryUsage(namespace: namespace)
  }

  func usage() throws -> [MemoryUsage] {
    try Array(
      database.rows(
        """
        SELECT name, records, bytes, evicted, evicted_bytes FROM namespaces WHERE records > 0 OR evicted > 0 ORDER BY name
        """, []
      ).map(Self.usage))
  }

  private static func usage(_ row: StoredRow) throws -> MemoryUsage {
    var row = RowReader(row, table: "namespaces")
    return MemoryUsage(
      namespace: try row.text(), records: Int(clamping: try row.integer()), bytes: Int(clamping: try row.integer()),
      evicted: Int(clamping: try row.integer()), evictedBytes: Int(clamping: try row.integer()))
  }

  /// Of each sort of records without a vector no more are looked at than are wanted.
  func withoutVector(of model: String, limit: Int) throws -> [MemoryRecord] {
    let part = { (condition: String) in
      "SELECT * FROM (SELECT number FROM records WHERE \(condition) ORDER BY number DESC LIMIT ?)"
    }
    let parts = ["vector_model IS NULL", "vector_model < ?", "vector_model > ?"].map(part).joined(
      separator: " UNION ALL ")
    let count = Int64(limit).databaseValue
    let rows = try database.rows(
      "SELECT \(MemoryRow.columns) FROM records WHERE number IN (\(parts)) ORDER BY number DESC LIMIT ?",
      [count, model.databaseValue, count, model.databaseValue, count, count])
    var records: [MemoryRecord] = []
    while let row = try rows.next() { if let stored = try? MemoryRow.read(row) { records.append(stored.record) } }
    return records
  }
}

/// A query's filters as SQL over `records`.
private struct MemoryFilter {
  private(set) var sql: String
  private(set) var values: [DatabaseValue]
  /// Only whether a record's time is over.
  private(set) var isTrivial = true

  init(_ query: MemoryQuery) {
    sql = "(records.expires_at IS NULL OR records.expires_at > ?)"
    values = [query.now.milliseconds.databaseValue]
    if let namespace = query.namespace { add("records.namespace = ?", [namespace.databaseValue]) }
    if !query.kinds.isEmpty {
      let places = query.kinds.map { _ in "?" }.joined(separator: ", ")
      add("records.kind IN (\(places))", query.kinds.map(\.rawValue.databaseValue))
    }
    for tag in query.tags {
      add("records.number IN (SELECT number FROM tags WHERE tag = ?)", [tag.databaseValue])
    }
    if let task = query.taskID { add("records.task_id = ?", [task.text.databaseValue]) }
    if let since = query.since { add("records.updated_at >= ?", [since.milliseconds.databaseValue]) }
    if let until = query.until { add("records.updated_at < ?", [until.milliseconds.databaseValue]) }
  }

  private mutating func add(_ condition: String, _ more: [DatabaseValue]) {
    sql += " AND \(condition)"
    values += more
    isTrivial = false
  }
}

/// A vector as it lies in its column: 32-bit floats, little endian.
enum VectorBytes {
  static func bytes(_ values: [Float]) -> [UInt8] {
    values.map(\.bitPattern.littleEndian).withUnsafeBytes { Array($0) }
  }

  static func values(_ bytes: UnsafeRawBufferPointer) -> [Float] {
    (0..<bytes.count / 4).map { place in
      Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place * 4, as: UInt32.self)))
    }
  }
}
