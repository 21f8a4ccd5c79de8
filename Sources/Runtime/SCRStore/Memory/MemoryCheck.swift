import GRDB
import GRDBSQLite
import SCRRuntime

/// Holds records, index, tags and counts against each other.
struct MemoryCheck {
  private let database: Database
  private var report = MemoryReport()
  private var usage: [String: MemoryUsage] = [:]
  private var tags: Set<Tag> = []
  /// What the words of each record add up to.
  private var sums: [Int64: UInt64] = [:]
  private var areAllRead = true

  private struct Tag: Hashable {
    let tag: String
    let number: Int64
  }

  /// Changes nothing; works on a connection that can only read.
  static func run(_ database: Database) throws -> MemoryReport {
    var check = MemoryCheck(database: database)
    try check.records()
    try check.words()
    try check.tagRows()
    try check.counts()
    return check.report
  }

  private init(database: Database) { self.database = database }

  private mutating func records() throws {
    let rows = try database.rows("SELECT \(MemoryRow.columns) FROM records", [])
    while let row = try rows.next() {
      report.records += 1
      do throws(StoreError) { take(try MemoryRow.read(row)) } catch {
        report.add(MemoryReport.Problem(record: MemoryRow.identity(row).id, error.message))
        areAllRead = false
      }
    }
  }

  private mutating func take(_ stored: MemoryRow.Stored) {
    let namespace = stored.record.address.namespace
    usage[namespace, default: MemoryUsage(namespace: namespace)].records += 1
    usage[namespace]?.bytes += stored.size
    for tag in stored.record.content.tags { tags.insert(Tag(tag: tag, number: stored.number)) }
    var sum = WordSum()
    SearchWords.each(in: stored.record.searchText) { word, _, _ in word.withUnsafeBytes { sum.add($0) } }
    if sum.total != 0 { sums[stored.number] = sum.total }
    if stored.size != stored.record.size {
      report.add(MemoryReport.Problem(record: stored.record.id, "says that it takes another size"))
    }
  }

  /// Every word of the index with its place, which costs about as much as writing the index.
  private mutating func words() throws {
    var found: [Int64: UInt64] = [:]
    do {
      try database.execute(sql: "CREATE VIRTUAL TABLE IF NOT EXISTS temp.words USING fts5vocab(main, search, instance)")
      let statement = try database.makeStatement(sql: "SELECT term, doc, \"offset\" FROM temp.words")
      let handle = statement.sqliteStatement
      defer { sqlite3_reset(handle) }
      var code = sqlite3_step(handle)
      while code == SQLITE_ROW {
        let bytes = UnsafeRawBufferPointer(
          start: sqlite3_column_text(handle, 0), count: Int(sqlite3_column_bytes(handle, 0)))
        found[sqlite3_column_int64(handle, 1), default: 0] &+= WordSum.sum(bytes, at: sqlite3_column_int64(handle, 2))
        code = sqlite3_step(handle)
      }
      if code != SQLITE_DONE { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
    } catch let error as DatabaseError {
      guard [.SQLITE_CORRUPT, .SQLITE_ERROR].contains(error.resultCode) else { throw error }
      return report.add(MemoryReport.Problem("the index cannot be read: \(error.message ?? "it is damaged")"))
    }
    // Words of a record that cannot be read may well stand in the index.
    let numbers = areAllRead ? Set(found.keys).union(sums.keys) : Set(sums.keys)
    let wrong = numbers.count { found[$0] != sums[$0] }
    if wrong > 0 { report.add(MemoryReport.Problem("the index does not fit \(wrong) records")) }
  }

  private mutating func tagRows() throws {
    let rows = try Row.fetchCursor(database, sql: "SELECT tag, number FROM tags")
    var found: Set<Tag> = []
    while let row = try rows.next() { found.insert(Tag(tag: row[0], number: row[1])) }
    if areAllRead ? found != tags : !tags.isSubset(of: found) {
      report.add(MemoryReport.Problem("the tags do not fit the records"))
    }
  }

  private mutating func counts() throws {
    let told = try MemoryFinder(database: database).usage()
    report.usage = told
    guard areAllRead else { return }
    let counted = Dictionary(told.map { ($0.namespace, $0) }) { $1 }
    for namespace in Set(counted.keys).union(usage.keys).sorted() {
      let one = counted[namespace] ?? MemoryUsage(namespace: namespace)
      let real = usage[namespace] ?? MemoryUsage(namespace: namespace)
      if (one.records, one.bytes) == (real.records, real.bytes) { continue }
      report.add(
        MemoryReport.Problem(
          "the namespace \(one.namespace) is said to hold \(one.records) records of \(one.bytes) bytes, and holds "
            + "\(real.records) of \(real.bytes)"))
    }
  }

  /// Makes anew what can be made from the records. Within a transaction.
  static func repair(_ database: Database) throws {
    try WordTable.rebuild(database)
    try database.execute(sql: "DELETE FROM tags; DELETE FROM vectors WHERE number NOT IN (SELECT number FROM records)")
    var usage: [String: MemoryUsage] = [:]
    let rows = try database.rows("SELECT \(MemoryRow.columns) FROM records", [])
    while let row = try rows.next() {
      guard let stored = try? MemoryRow.read(row) else { continue }
      let namespace = stored.record.address.namespace
      usage[namespace, default: MemoryUsage(namespace: namespace)].records += 1
      usage[namespace]?.bytes += stored.size
      for tag in stored.record.content.tags {
        try WriterStatement("INSERT OR IGNORE INTO tags VALUES (?, ?)", on: database)
          .run([.text(tag), .integer(stored.number)])
      }
    }
    try database.execute(sql: "UPDATE namespaces SET records = 0, bytes = 0")
    for one in usage.values {
      try database.execute(
        sql: """
          INSERT INTO namespaces VALUES (?, ?, ?, 0, 0) \
          ON CONFLICT (name) DO UPDATE SET records = excluded.records, bytes = excluded.bytes
          """, arguments: [one.namespace, one.records, one.bytes])
    }
  }
}

/// Adds up words and their places, in whatever order they come.
private struct WordSum {
  private(set) var total: UInt64 = 0
  private var place: Int64 = 0

  mutating func add(_ word: UnsafeRawBufferPointer) {
    total &+= Self.sum(word, at: place)
    place += 1
  }

  /// FNV-1a, then mixed with the place.
  static func sum(_ word: UnsafeRawBufferPointer, at place: Int64) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in word { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let product = (hash ^ UInt64(bitPattern: place)).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return product.high ^ product.low
  }
}
