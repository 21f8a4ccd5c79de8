import GRDB
import SCRProtocol
import SCRRuntime

/// How an event lies in its table.
enum EventRow {
  static let columns = "sequence, at, kind, task_id, step_id, data, checksum"
  static let insert = "INSERT INTO events (at, kind, task_id, step_id, data, checksum) VALUES (?, ?, ?, ?, ?, ?)"

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
  static func read(_ row: Row) throws(StoreError) -> RuntimeEvent {
    var row = RowReader(row, table: "events")
    let event = RuntimeEvent(
      sequence: try row.integer(), at: try row.timestamp(), kind: EventKind(rawValue: try row.text()),
      taskID: try row.optionalText().map { TaskID($0) }, stepID: try row.optionalText(), data: try row.json())
    // The number is given by the store, after the checksum was made.
    try row.checksum(from: 1)
    return event
  }
}
