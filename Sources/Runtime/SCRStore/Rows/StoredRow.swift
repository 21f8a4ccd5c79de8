import GRDB
import GRDBSQLite

/// A row as the values of its columns. GRDB's own rows cost ten times what SQLite needs for one: a table of names for each
/// statement, a lookup of types for each column.
struct StoredRow {
  let columns: [ColumnValue]
  /// For the words of a report.
  let statement: Statement

  subscript(place: Int) -> ColumnValue { columns[place] }
  var names: [String] { statement.columnNames }
}

/// The rows of a query, one after the other, as long as the connection does nothing else with the same text.
final class StoredRows: Cursor {
  private let statement: WriterStatement
  private var isOver = false

  init(_ sql: String, _ values: [ColumnValue], on database: Database) throws {
    statement = try WriterStatement(sql, on: database)
    try statement.bind(values)
  }

  deinit { statement.finish() }

  /// - Throws: `DatabaseError`.
  func next() throws -> StoredRow? {
    if isOver { return nil }
    if let row = try statement.step() { return row }
    isOver = true
    return nil
  }
}

extension Database {
  /// - Throws: `DatabaseError`.
  func rows(_ sql: String, _ values: [DatabaseValue]) throws -> StoredRows {
    try StoredRows(sql, values.map { ColumnValue($0) }, on: self)
  }

  /// - Throws: `DatabaseError`.
  func firstRow(_ sql: String, _ values: [DatabaseValue]) throws -> StoredRow? { try rows(sql, values).next() }
}

extension ColumnValue {
  fileprivate init(_ value: DatabaseValue) {
    self =
      switch value.storage {
      case .null: .null
      case .int64(let number): .integer(number)
      case .string(let text): .text(text)
      case .blob(let data): .blob(Array(data))
      case .double(let number): .text("\(number)")
      }
  }
}
