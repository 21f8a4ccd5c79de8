import GRDB
import GRDBSQLite
import SCRRuntime

/// The full text index: an FTS5 table that keeps words and no text. What goes in and out of it is taken apart by
/// ``SearchWords``; FTS5 itself only splits at spaces.
enum WordTable {
  /// `ascii` takes every byte beyond ASCII for a part of a word.
  private static let create = "CREATE VIRTUAL TABLE search USING fts5(words, content = '', tokenize = 'ascii')"
  private static let versionMark = ".words"

  static func add(_ number: Int64, _ record: MemoryRecord, to database: Database) throws {
    try WriterStatement("INSERT INTO search (rowid, words) VALUES (?, ?)", on: database)
      .run([.integer(number), .utf8(words(of: record))])
  }

  /// - Parameter record: as it was added.
  static func remove(_ number: Int64, _ record: MemoryRecord, from database: Database) throws {
    try WriterStatement("INSERT INTO search (search, rowid, words) VALUES ('delete', ?, ?)", on: database)
      .run([.integer(number), .utf8(words(of: record))])
  }

  /// Makes the index where it is missing or of other words. Within a transaction of its own.
  static func prepare(_ database: Database) throws {
    let version = try Int64.fetchOne(database, sql: "SELECT value FROM marks WHERE name = ?", arguments: [versionMark])
    if version == SearchWords.version { return }
    try database.inTransaction(.immediate) {
      try rebuild(database)
      return .commit
    }
  }

  /// Rows that cannot be read are left out.
  static func rebuild(_ database: Database) throws {
    do { try database.execute(sql: "DROP TABLE IF EXISTS search") } catch is DatabaseError { try tearOut(database) }
    try database.execute(sql: create)
    let rows = try database.rows("SELECT \(MemoryRow.columns) FROM records", [])
    while let row = try rows.next() {
      guard let stored = try? MemoryRow.read(row) else { continue }
      try add(stored.number, stored.record, to: database)
    }
    try database.execute(
      sql: "INSERT OR REPLACE INTO marks VALUES (?, ?)", arguments: [versionMark, SearchWords.version])
  }

  /// What is too damaged for FTS5 to open cannot be dropped by it either.
  private static func tearOut(_ database: Database) throws {
    for part in ["data", "idx", "docsize", "config"] {
      try database.execute(sql: "DROP TABLE IF EXISTS search_\(part)")
    }
    try database.execute(
      sql: """
        PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'search'; PRAGMA writable_schema = RESET
        """)
  }

  private static func words(of record: MemoryRecord) -> [UInt8] {
    let text = record.searchText
    var words: [UInt8] = []
    words.reserveCapacity(text.utf8.count)
    SearchWords.each(in: text) { word, _, _ in
      if !words.isEmpty { words.append(UInt8(ascii: " ")) }
      words += word
    }
    return words
  }

  /// What FTS5 reads; every word is quoted, so that none is taken for syntax. Nil where nothing can match.
  static func expression(_ match: MemoryMatch) -> String? {
    if match.needed.isEmpty { return nil }
    let needed = match.needed.map { "(\($0.map(phrase).joined(separator: " OR ")))" }.joined(separator: " AND ")
    if match.excluded.isEmpty { return needed }
    return "(\(needed)) NOT (\(match.excluded.map(phrase).joined(separator: " OR ")))"
  }

  private static func phrase(_ phrase: MemoryMatch.Phrase) -> String {
    // Words hold letters and digits alone, but what stands in quotes should not depend on that.
    let words = phrase.words.map { $0.filter { $0 != "\"" } }.joined(separator: " ")
    return "\"\(words)\"" + (phrase.isPrefix ? " *" : "")
  }
}
