import GRDB
import SCRProtocol
import SCRRuntime

/// How a step's record lies in its table. The intent is one JSON object, since it is written and read as a whole.
enum StepRow {
  static let columns = "task_id, step_id, state, attempt, intent, value, reason, started_at, ended_at, checksum"
  static let put = WriterSQL(
    """
    INSERT INTO steps (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
    ON CONFLICT (task_id, step_id) DO UPDATE SET state = excluded.state, attempt = excluded.attempt, \
    intent = excluded.intent, value = excluded.value, reason = excluded.reason, started_at = excluded.started_at, \
    ended_at = excluded.ended_at, checksum = excluded.checksum
    """)

  static func values(_ record: StepRecord) throws(StoreError) -> [ColumnValue] {
    var row = ColumnValues(capacity: 10)
    try row.text(record.taskID.text)
    try row.text(record.stepID)
    try row.text(record.state.rawValue)
    row.integer(Int64(record.attempt))
    row.json(record.intent?.stored)
    row.json(record.value.map { ToolResult.compact($0) })
    row.json(record.reason?.json)
    row.timestamp(record.startedAt)
    row.timestamp(record.endedAt)
    row.checksum()
    return row.values
  }

  /// Reads a row that was selected by ``columns``.
  static func read(_ row: StoredRow) throws(StoreError) -> StepRecord {
    var row = RowReader(row, table: "steps")
    var record = StepRecord(taskID: TaskID(try row.text()), stepID: try row.text())
    record.state = try row.name(as: StepState.self)
    record.attempt = Int(try row.integer())
    if let intent = try row.optionalJSON() { record.intent = try row.present(StepIntent(stored: intent)) }
    record.value = try row.optionalJSON().map { ToolResult.expanded($0) }
    record.reason = try row.optionalReason()
    record.startedAt = try row.optionalTimestamp()
    record.endedAt = try row.optionalTimestamp()
    try row.checksum(from: 0)
    return record
  }
}

extension StepIntent {
  /// Server and tool apart, because a native tool's name may contain a dot.
  fileprivate var stored: JSONValue {
    var fields: JSONObject = [
      "tool": .string(tool.tool), "arguments": .object(arguments), "idempotencyKey": .string(idempotencyKey),
      "effect": .string(effect.rawValue),
    ]
    fields["server"] = tool.server.map { .string($0) }
    return .object(fields)
  }

  fileprivate init?(stored: JSONValue) {
    guard let tool = stored["tool"]?.stringValue, let arguments = stored["arguments"]?.objectValue,
      let key = stored["idempotencyKey"]?.stringValue,
      let effect = stored["effect"]?.stringValue.flatMap(ToolEffect.init(rawValue:))
    else { return nil }
    self.init(
      tool: ToolName(server: stored["server"]?.stringValue, tool: tool), arguments: arguments, idempotencyKey: key,
      effect: effect)
  }
}
