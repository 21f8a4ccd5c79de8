import GRDB
import SCRProtocol
import SCRRuntime

/// How an event lies in its table.
enum EventRow {
  static let columns = "sequence, at, kind, task_id, step_id, data, checksum"
  static let insert = WriterSQL(
    "INSERT INTO events (at, kind, task_id, step_id, data, checksum) VALUES (?, ?, ?, ?, ?, ?)")

  static func values(_ draft: EventDraft, at moment: Timestamp) throws(StoreError) -> [ColumnValue] {
    var row = ColumnValues(capacity: 6)
    row.timestamp(moment)
    try row.text(draft.kind.rawValue)
    try row.text(draft.taskID?.text)
    try row.text(draft.stepID)
    row.json(draft.data)
    row.checksum()
    return row.values
  }

  /// Reads a row that was selected by ``columns``.
  static func read(_ row: StoredRow) throws(StoreError) -> RuntimeEvent {
    var row = RowReader(row, table: "events")
    let event = RuntimeEvent(
      sequence: try row.integer(), at: try row.timestamp(), kind: EventKind(rawValue: try row.text()),
      taskID: try row.optionalText().map { TaskID($0) }, stepID: try row.optionalText(), data: try row.json())
    // The number is given by the store, after the checksum was made.
    try row.checksum(from: 1)
    return event
  }

  /// A damaged row hides no other: in its place stands an event that says so, under its number.
  static func readable(_ row: StoredRow) throws(StoreError) -> RuntimeEvent {
    do { return try read(row) } catch {
      guard error.code == .corrupt, case .integer(let sequence) = row[0] else { throw error }
      var event = RuntimeEvent(
        sequence: sequence, at: Timestamp(milliseconds: 0), kind: .damaged,
        data: ["message": .string(error.message)])
      if case .integer(let milliseconds) = row[1] { event.at = Timestamp(milliseconds: milliseconds) }
      if case .text(let id) = row[3] { event.taskID = TaskID(id) }
      return event
    }
  }
}
