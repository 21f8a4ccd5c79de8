import GRDB
import SCRProtocol
import SCRRuntime

/// How a task lies in its table.
enum TaskRow {
  /// Columns that an update leaves as they are.
  private static let kept = ["id", "created_at", "cancel_requested"]
  private static let replaced = [
    "title", "goal", "plan", "inputs", "priority", "class", "state", "reason", "result", "provenance",
    "idempotency_key", "submission_digest", "workspace_root", "servers_digest", "deadline", "retry_of",
    "unknown_outcome", "updated_at", "ended_at", "lease_owner", "lease_until", "epoch",
  ]

  static let columns = (["number"] + kept + replaced).joined(separator: ", ")
  static let insert = """
    INSERT INTO tasks (\((kept + replaced).joined(separator: ", "))) \
    VALUES (\((kept + replaced).map { _ in "?" }.joined(separator: ", ")))
    """
  static let update = "UPDATE tasks SET \(replaced.map { "\($0) = ?" }.joined(separator: ", ")) WHERE id = ?"

  static func insertValues(_ task: AgentTask) throws(StoreError) -> [DatabaseValue] {
    var row = ColumnValues(capacity: kept.count + replaced.count)
    try row.text(task.id.text)
    row.timestamp(task.createdAt)
    row.integer(task.cancelRequested ? 1 : 0)
    try appendReplaced(task, to: &row)
    return row.values
  }

  static func updateValues(_ task: AgentTask) throws(StoreError) -> [DatabaseValue] {
    var row = ColumnValues(capacity: replaced.count + 1)
    try appendReplaced(task, to: &row)
    try row.text(task.id.text)
    return row.values
  }

  private static func appendReplaced(_ task: AgentTask, to row: inout ColumnValues) throws(StoreError) {
    try row.text(task.title)
    try row.text(task.goal)
    row.json(task.plan)
    row.json(.object(task.inputs))
    row.integer(Int64(task.priority.level))
    try row.text(task.taskClass)
    try row.text(task.state.rawValue)
    row.json(task.reason?.json)
    row.json(task.result)
    row.json(task.provenance)
    try row.text(task.idempotencyKey)
    try row.text(task.submissionDigest)
    try row.text(task.workspaceRoot)
    try row.text(task.serversDigest)
    row.timestamp(task.deadline)
    try row.text(task.retryOf?.text)
    try row.text(task.unknownOutcomeDefault.rawValue)
    row.timestamp(task.updatedAt)
    row.timestamp(task.endedAt)
    try row.text(task.lease?.owner.text)
    row.timestamp(task.lease?.until)
    row.integer(task.epoch)
  }

  /// What pages and reports need of a row, however damaged the rest of it is.
  static func identity(_ row: Row) throws(StoreError) -> (number: Int64, id: TaskID) {
    var row = RowReader(row, table: "tasks")
    return (try row.integer(), TaskID(try row.text()))
  }

  /// Nil for a damaged row, so that it hides no other of the same reading.
  static func readable(_ row: Row) throws(StoreError) -> AgentTask? {
    do { return try read(row).task } catch {
      guard error.code == .corrupt else { throw error }
      return nil
    }
  }

  /// Reads a row that was selected by ``columns``.
  static func read(_ row: Row) throws(StoreError) -> (number: Int64, task: AgentTask) {
    var row = RowReader(row, table: "tasks")
    let number = try row.integer()
    let id = TaskID(try row.text())
    let createdAt = try row.timestamp()
    let cancelRequested = try row.integer() != 0
    var task = AgentTask(id: id, title: try row.text(), createdAt: createdAt)
    task.cancelRequested = cancelRequested
    task.goal = try row.optionalText()
    task.plan = try row.optionalJSON()
    let inputs = try row.json().objectValue
    task.inputs = try row.present(inputs)
    task.priority = TaskPriority(level: Int(try row.integer()))
    task.taskClass = try row.text()
    task.state = try row.name(as: TaskState.self)
    task.reason = try row.optionalReason()
    task.result = try row.optionalJSON()
    task.provenance = try row.optionalJSON()
    task.idempotencyKey = try row.optionalText()
    task.submissionDigest = try row.optionalText()
    task.workspaceRoot = try row.optionalText()
    task.serversDigest = try row.optionalText()
    task.deadline = try row.optionalTimestamp()
    task.retryOf = try row.optionalText().map { TaskID($0) }
    task.unknownOutcomeDefault = try row.name(as: UnknownOutcomePolicy.self)
    task.updatedAt = try row.timestamp()
    task.endedAt = try row.optionalTimestamp()
    let owner = try row.optionalText()
    let until = try row.optionalTimestamp()
    if let owner { task.lease = TaskLease(owner: Incarnation(owner), until: try row.present(until)) }
    task.epoch = try row.integer()
    return (number, task)
  }
}

extension Database {
  /// The tasks of a query that selects ``TaskRow/columns``, without the damaged ones.
  func readableTasks(_ sql: String, _ values: [DatabaseValue]) throws -> [AgentTask] {
    try Array(rows(sql, values).compactMap { try TaskRow.readable($0) })
  }
}
