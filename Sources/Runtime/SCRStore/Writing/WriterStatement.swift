import GRDB
import GRDBSQLite

/// A prepared statement, bound and stepped without GRDB's arguments: their key paths, arrays and checks cost three times
/// what SQLite itself needs for a row.
struct WriterStatement {
  private let statement: Statement
  private let connection: OpaquePointer?

  init(_ sql: String, on database: Database) throws {
    statement = try database.cachedStatement(sql: sql)
    connection = database.sqliteConnection
  }

  /// - Throws: `DatabaseError`.
  func run(_ values: [ColumnValue] = []) throws {
    try bind(values)
    defer { finish() }
    if sqlite3_step(statement.sqliteStatement) != SQLITE_DONE { throw failure() }
  }

  /// The first column of the first row, as a text or an integer; nil where there is no row.
  func value(_ values: [ColumnValue]) throws -> ColumnValue? {
    try bind(values)
    defer { finish() }
    switch sqlite3_step(statement.sqliteStatement) {
    case SQLITE_DONE: return nil
    case SQLITE_ROW: return column(0)
    default: throw failure()
    }
  }

  /// The next row; nil after the last one.
  func step() throws -> StoredRow? {
    switch sqlite3_step(statement.sqliteStatement) {
    case SQLITE_DONE: return nil
    case SQLITE_ROW:
      let count = sqlite3_column_count(statement.sqliteStatement)
      return StoredRow(columns: (0..<count).map(column), statement: statement)
    default: throw failure()
    }
  }

  private func column(_ place: Int32) -> ColumnValue {
    let handle = statement.sqliteStatement
    switch sqlite3_column_type(handle, place) {
    case SQLITE_NULL: return .null
    case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, place))
    case SQLITE_TEXT: return sqlite3_column_text(handle, place).map { .text(String(cString: $0)) } ?? .null
    // A number with a fraction stands in no column, and whoever reads a blob steps by hand.
    default: return .blob([])
    }
  }

  func bind(_ values: [ColumnValue]) throws {
    let handle = statement.sqliteStatement
    for (index, value) in zip(Int32(1)..., values) {
      let code =
        switch value {
        case .null: sqlite3_bind_null(handle, index)
        case .integer(let number): sqlite3_bind_int64(handle, index, number)
        case .text(var text): text.withUTF8 { Self.bind($0, to: handle, at: index) }
        case .utf8(let bytes): bytes.withUnsafeBufferPointer { Self.bind($0, to: handle, at: index) }
        case .blob(let bytes):
          bytes.withUnsafeBytes {
            sqlite3_bind_blob64(handle, index, $0.baseAddress, UInt64($0.count), Self.transient)
          }
        }
      if code != SQLITE_OK {
        defer { finish() }
        throw failure()
      }
    }
  }

  private static func bind(_ text: UnsafeBufferPointer<UInt8>, to handle: OpaquePointer, at index: Int32) -> Int32 {
    // A pointer of its own for the empty text, since none would bind NULL.
    guard let start = text.baseAddress else { return sqlite3_bind_text(handle, index, "", 0, transient) }
    return start.withMemoryRebound(to: CChar.self, capacity: text.count) {
      sqlite3_bind_text64(handle, index, $0, UInt64(text.count), transient, UInt8(SQLITE_UTF8))
    }
  }

  /// SQLite copies the text: it may outlive the call that binds it.
  private static var transient: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

  func finish() {
    sqlite3_reset(statement.sqliteStatement)
    sqlite3_clear_bindings(statement.sqliteStatement)
  }

  private func failure() -> DatabaseError {
    DatabaseError(
      resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
      message: sqlite3_errmsg(connection).map { String(cString: $0) })
  }
}
