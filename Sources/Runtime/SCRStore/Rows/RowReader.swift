import SCRProtocol
import SCRRuntime

/// Reads a row's columns one after the other; what does not fit its column is reported as damage, never trapped on.
struct RowReader {
  private let row: StoredRow
  private let table: String
  private(set) var position = 0

  /// Wider than anything that is written, which was bounded when it was made: wire and templates end at about 130
  /// levels. The depth alone matters to the reader's stack.
  private static let limits = JSONLimits(depth: 512, nodes: .max, bytes: .max)

  init(_ row: StoredRow, table: String) {
    self.row = row
    self.table = table
  }

  mutating func optionalText() throws(StoreError) -> String? {
    switch next() {
    case .null: nil
    case .text(let text): text
    default: throw damaged("is no text")
    }
  }

  mutating func optionalInteger() throws(StoreError) -> Int64? {
    switch next() {
    case .null: nil
    case .integer(let number): number
    default: throw damaged("is no integer")
    }
  }

  mutating func text() throws(StoreError) -> String {
    let text = try optionalText()
    return try present(text)
  }

  mutating func integer() throws(StoreError) -> Int64 {
    let number = try optionalInteger()
    return try present(number)
  }

  mutating func timestamp() throws(StoreError) -> Timestamp { Timestamp(milliseconds: try integer()) }

  mutating func optionalTimestamp() throws(StoreError) -> Timestamp? {
    try optionalInteger().map { Timestamp(milliseconds: $0) }
  }

  mutating func json() throws(StoreError) -> JSONValue {
    let value = try optionalJSON()
    return try present(value)
  }

  mutating func optionalJSON() throws(StoreError) -> JSONValue? {
    guard let text = try optionalText() else { return nil }
    do { return try JSONParser.parse(text, limits: Self.limits) } catch { throw damaged("is no JSON", cause: error) }
  }

  mutating func names() throws(StoreError) -> [String] {
    let names = try json().arrayValue?.compactMap(\.stringValue)
    return try present(names)
  }

  /// Reads a checksum and compares it with the columns before it, from `first` on. Rows of the formats that had none pass.
  /// - Parameter id: whose columns they are, where that is not one of them.
  mutating func checksum(from first: Int, of id: String? = nil) throws(StoreError) {
    let values = row.columns[first..<position]
    guard let checksum = try optionalInteger() else { return }
    if checksum != RowChecksum.of(values, of: id) { throw damaged("does not match its row") }
  }

  mutating func optionalReason() throws(StoreError) -> TaskReason? {
    guard let json = try optionalJSON() else { return nil }
    return try present(TaskReason(json: json))
  }

  mutating func name<Name: RawRepresentable<String>>(as type: Name.Type) throws(StoreError) -> Name {
    let text = try text()
    return try present(Name(rawValue: text))
  }

  /// The value, or the report that the column just read holds something unknown. Read first, then call this: an argument
  /// that reads would be evaluated after this reader was copied, and the wrong column be named.
  func present<Value>(_ value: Value?) throws(StoreError) -> Value {
    guard let value else { throw damaged("has an unknown value") }
    return value
  }

  private mutating func next() -> ColumnValue {
    defer { position += 1 }
    return row[position]
  }

  private func damaged(_ what: String, cause: (any Error)? = nil) -> StoreError {
    let column = row.names[position - 1]
    return StoreError(
      .corrupt, "column \(column) of a row in \(table)\(keys) \(what): the database is damaged or was edited by hand",
      cause: cause)
  }

  /// Which row it is, as far as that can be read: ` (task_id task_…, step_id one)`.
  private var keys: String {
    let names = row.names
    let words = (Self.keys[table] ?? []).compactMap { name -> String? in
      guard let place = names.firstIndex(of: name) else { return nil }
      return switch row[place] {
      case .text(let text): "\(name) \(text.prefix(100))"
      case .integer(let number): "\(name) \(number)"
      default: "\(name) unreadable"
      }
    }
    return words.isEmpty ? "" : " (\(words.joined(separator: ", ")))"
  }

  private static let keys = [
    "tasks": ["id"], "steps": ["task_id", "step_id"], "events": ["sequence"], "documents": ["kind", "id"],
    "records": ["namespace", "kind", "key"],
  ]
}
