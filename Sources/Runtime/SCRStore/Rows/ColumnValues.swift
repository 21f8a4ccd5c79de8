import GRDB
import SCRProtocol
import SCRRuntime

/// A value of a column on its way into SQLite or out of it.
enum ColumnValue: Sendable, Hashable {
  case null
  case integer(Int64)
  case text(String)
  /// A text as its bytes in UTF-8.
  case utf8([UInt8])
  case blob([UInt8])
}

/// Collects the values of a row in the order of its columns.
struct ColumnValues: Sendable {
  private(set) var values: [ColumnValue] = []

  init(capacity: Int) { values.reserveCapacity(capacity) }

  mutating func integer(_ number: Int64?) { values.append(number.map { .integer($0) } ?? .null) }
  mutating func timestamp(_ moment: Timestamp?) { integer(moment?.milliseconds) }
  mutating func json(_ value: JSONValue?) { values.append(value.map { .utf8($0.encoded) } ?? .null) }
  mutating func names(_ names: [String]) { json(.array(names.map { .string($0) })) }

  var count: Int { values.count }

  /// What tells later that the columns from `first` on are as they were written.
  /// - Parameter row: whose they are, where that is not one of them.
  mutating func checksum(from first: Int = 0, of row: String? = nil) {
    integer(RowChecksum.of(values[first...], of: row))
  }

  /// - Throws: `StoreError.badText` for a NUL character, at which SQLite's text ends: to cut silently would be worse.
  mutating func text(_ text: String?) throws(StoreError) {
    guard let text else { return values.append(.null) }
    if text.utf8.withContiguousStorageIfAvailable({ $0.contains(0) }) ?? text.utf8.contains(0) {
      throw StoreError(.badText, "a text with the character U+0000 cannot be stored: remove it and submit again")
    }
    values.append(.text(text))
  }
}
