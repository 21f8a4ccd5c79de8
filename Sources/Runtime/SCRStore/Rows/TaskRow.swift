import GRDB
import SCRProtocol
import SCRRuntime

/// How a task lies in its table.
enum TaskRow {
  /// What was submitted; an update leaves it as it is.
  private static let submitted = [
    "id", "created_at", "cancel_requested", "title", "goal", "plan", "inputs", "priority", "class", "fairness_key",
    "servers", "size", "idempotency_key", "submission_digest", "unique_key", "workspace_root", "servers_digest",
    "deadline", "retry_of", "parent_id", "parent_step", "schedule", "retry", "unknown_outcome",
  ]
  /// What changes in a task's life (``AgentTask/advance(to:)``).
  private static let changing = [
    "state", "reason", "result", "provenance", "run_at", "budget", "usage", "failed_runs", "interruptions",
    "updated_at", "ended_at", "retried_as", "lease_owner", "lease_until", "epoch",
  ]

  static let columns = (["number"] + submitted + changing).joined(separator: ", ")
  static let insert = WriterSQL(
    """
    INSERT INTO tasks (\((submitted + changing).joined(separator: ", "))) \
    VALUES (\((submitted + changing).map { _ in "?" }.joined(separator: ", ")))
    """)
  static let update = WriterSQL("UPDATE tasks SET \(changing.map { "\($0) = ?" }.joined(separator: ", ")) WHERE id = ?")
  static let claim = WriterSQL(
    """
    UPDATE tasks SET state = 'running', epoch = epoch + 1, lease_owner = ?, lease_until = ?, updated_at = ? WHERE id = ?
    """)
  static let revisePlan = WriterSQL("UPDATE tasks SET plan = ?, servers = ?, servers_digest = ? WHERE id = ?")

  static func insertValues(_ task: AgentTask) throws(StoreError) -> [ColumnValue] {
    var row = ColumnValues(capacity: submitted.count + changing.count)
    try row.text(task.id.text)
    row.timestamp(task.createdAt)
    row.integer(task.cancelRequested ? 1 : 0)
    try row.text(task.title)
    try row.text(task.goal)
    row.json(task.plan)
    row.json(.object(task.inputs))
    row.integer(Int64(task.priority.level))
    try row.text(task.taskClass)
    try row.text(task.fairnessKey)
    row.names(task.serverNames)
    row.integer(Int64(task.size))
    try row.text(task.idempotencyKey)
    try row.text(task.submissionDigest)
    try row.text(task.uniqueKey)
    try row.text(task.workspaceRoot)
    try row.text(task.serversDigest)
    row.timestamp(task.deadline)
    try row.text(task.retryOf?.text)
    try row.text(task.parent?.taskID.text)
    try row.text(task.parent?.stepID)
    try row.text(task.schedule)
    row.json(task.retry)
    try row.text(task.unknownOutcomeDefault.rawValue)
    try appendChanging(task, to: &row)
    return row.values
  }

  static func updateValues(_ task: AgentTask) throws(StoreError) -> [ColumnValue] {
    var row = ColumnValues(capacity: changing.count + 1)
    try appendChanging(task, to: &row)
    try row.text(task.id.text)
    return row.values
  }

  static func claimValues(_ id: TaskID, _ lease: TaskLease, at moment: Timestamp) throws(StoreError) -> [ColumnValue] {
    var row = ColumnValues(capacity: 4)
    try row.text(lease.owner.text)
    row.timestamp(lease.until)
    row.timestamp(moment)
    try row.text(id.text)
    return row.values
  }

  static func planValues(
    _ id: TaskID, _ plan: JSONValue, _ serverNames: [String], _ digest: String?
  ) throws(StoreError) -> [ColumnValue] {
    var row = ColumnValues(capacity: 4)
    row.json(plan)
    row.names(serverNames)
    try row.text(digest)
    try row.text(id.text)
    return row.values
  }

  private static func appendChanging(_ task: AgentTask, to row: inout ColumnValues) throws(StoreError) {
    try row.text(task.state.rawValue)
    row.json(task.reason?.json)
    row.json(task.result)
    row.json(task.provenance)
    row.timestamp(task.runAt)
    row.json(task.budget)
    row.json(task.usage)
    row.integer(Int64(task.failedRuns))
    row.integer(Int64(task.interruptions))
    row.timestamp(task.updatedAt)
    row.timestamp(task.endedAt)
    try row.text(task.retriedAs?.text)
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
    try readSubmitted(&row, into: &task)
    try readChanging(&row, into: &task)
    return (number, task)
  }

  private static func readSubmitted(_ row: inout RowReader, into task: inout AgentTask) throws(StoreError) {
    task.goal = try row.optionalText()
    task.plan = try row.optionalJSON()
    let inputs = try row.json().objectValue
    task.inputs = try row.present(inputs)
    task.priority = TaskPriority(level: Int(try row.integer()))
    task.taskClass = try row.text()
    task.fairnessKey = try row.text()
    task.serverNames = try row.names()
    task.size = Int(try row.integer())
    task.idempotencyKey = try row.optionalText()
    task.submissionDigest = try row.optionalText()
    task.uniqueKey = try row.optionalText()
    task.workspaceRoot = try row.optionalText()
    task.serversDigest = try row.optionalText()
    task.deadline = try row.optionalTimestamp()
    task.retryOf = try row.optionalText().map { TaskID($0) }
    let parent = try row.optionalText().map { TaskID($0) }
    let step = try row.optionalText()
    if let parent { task.parent = TaskParent(taskID: parent, stepID: try row.present(step)) }
    task.schedule = try row.optionalText()
    task.retry = try row.optionalJSON()
    task.unknownOutcomeDefault = try row.name(as: UnknownOutcomePolicy.self)
  }

  private static func readChanging(_ row: inout RowReader, into task: inout AgentTask) throws(StoreError) {
    task.state = try row.name(as: TaskState.self)
    task.reason = try row.optionalReason()
    task.result = try row.optionalJSON()
    task.provenance = try row.optionalJSON()
    task.runAt = try row.optionalTimestamp()
    task.budget = try row.optionalJSON()
    task.usage = try row.optionalJSON()
    task.failedRuns = Int(try row.integer())
    task.interruptions = Int(try row.integer())
    task.updatedAt = try row.timestamp()
    task.endedAt = try row.optionalTimestamp()
    task.retriedAs = try row.optionalText().map { TaskID($0) }
    let owner = try row.optionalText()
    let until = try row.optionalTimestamp()
    if let owner { task.lease = TaskLease(owner: Incarnation(owner), until: try row.present(until)) }
    task.epoch = try row.integer()
  }
}

extension Database {
  /// The tasks of a query that selects ``TaskRow/columns``, without the damaged ones.
  func readableTasks(_ sql: String, _ values: [DatabaseValue]) throws -> [AgentTask] {
    try Array(rows(sql, values).compactMap { try TaskRow.readable($0) })
  }
}
