import GRDB
import SCRProtocol
import SCRRuntime

/// How a task lies in its table.
enum TaskRow {
  /// What was submitted and stays as it is.
  private static let fixed = [
    "id", "created_at", "title", "goal", "inputs", "priority", "class", "fairness_key", "size", "idempotency_key",
    "submission_digest", "unique_key", "workspace_root", "deadline", "retry_of", "parent_id", "parent_step", "schedule",
    "retry", "unknown_outcome", "fixed_sum",
  ]
  /// What a revision of the plan writes.
  private static let planned = ["plan", "servers", "servers_digest", "plan_revision", "plan_sum"]
  /// What changes in a task's life (``AgentTask/advance(to:)``), without what a claim writes.
  private static let life = [
    "reason", "result", "provenance", "run_at", "budget", "usage", "failed_runs", "interruptions", "ended_at",
    "retried_as", "life_sum",
  ]
  private static let claimed = ["state", "updated_at", "lease_owner", "lease_until", "epoch", "claim_sum"]
  /// In the order in which ``read(_:)`` wants them; each group ends with its checksum. Whether somebody asked for the end
  /// stands outside: it is set without a look at the rest.
  private static let groups = fixed + planned + life + claimed + ["cancel_requested"]

  static let columns = (["number"] + groups).joined(separator: ", ")
  static let insert = WriterSQL(
    """
    INSERT INTO tasks (\(groups.joined(separator: ", "))) VALUES (\(groups.map { _ in "?" }.joined(separator: ", ")))
    """)
  static let update = update(life + claimed)
  static let claim = update(claimed)
  static let revisePlan = update(planned)

  private static func update(_ columns: [String]) -> WriterSQL {
    WriterSQL("UPDATE tasks SET \(columns.map { "\($0) = ?" }.joined(separator: ", ")) WHERE id = ?")
  }

  static func insertValues(_ task: AgentTask) throws(StoreError) -> [ColumnValue] {
    var row = ColumnValues(capacity: groups.count)
    try appendFixed(task, to: &row)
    try append(task.plan, task.planRevision, task.serverNames, task.serversDigest, of: task.id, to: &row)
    try appendLife(task, to: &row)
    try append(task.state, task.lease, task.epoch, of: task.id, at: task.updatedAt, to: &row)
    row.integer(task.cancelRequested ? 1 : 0)
    return row.values
  }

  static func updateValues(_ task: AgentTask) throws(StoreError) -> [ColumnValue] {
    var row = ColumnValues(capacity: life.count + claimed.count + 1)
    try appendLife(task, to: &row)
    try append(task.state, task.lease, task.epoch, of: task.id, at: task.updatedAt, to: &row)
    try row.text(task.id.text)
    return row.values
  }

  static func claimValues(
    _ id: TaskID, _ lease: TaskLease, epoch: Int64, at moment: Timestamp
  ) throws(StoreError) -> [ColumnValue] {
    var row = ColumnValues(capacity: claimed.count + 1)
    try append(.running, lease, epoch, of: id, at: moment, to: &row)
    try row.text(id.text)
    return row.values
  }

  static func planValues(
    _ id: TaskID, _ plan: JSONValue, revision: Int64, _ serverNames: [String], _ digest: String?
  ) throws(StoreError) -> [ColumnValue] {
    var row = ColumnValues(capacity: planned.count + 1)
    try append(plan, revision, serverNames, digest, of: id, to: &row)
    try row.text(id.text)
    return row.values
  }

  private static func appendFixed(_ task: AgentTask, to row: inout ColumnValues) throws(StoreError) {
    let first = row.count
    try row.text(task.id.text)
    row.timestamp(task.createdAt)
    try row.text(task.title)
    try row.text(task.goal)
    row.json(.object(task.inputs))
    row.integer(Int64(task.priority.level))
    try row.text(task.taskClass)
    try row.text(task.fairnessKey)
    row.integer(Int64(task.size))
    try row.text(task.idempotencyKey)
    try row.text(task.submissionDigest)
    try row.text(task.uniqueKey)
    try row.text(task.workspaceRoot)
    row.timestamp(task.deadline)
    try row.text(task.retryOf?.text)
    try row.text(task.parent?.taskID.text)
    try row.text(task.parent?.stepID)
    try row.text(task.schedule)
    row.json(task.retry)
    try row.text(task.unknownOutcomeDefault.rawValue)
    row.checksum(from: first)
  }

  private static func append(
    _ plan: JSONValue?, _ revision: Int64, _ servers: [String], _ digest: String?, of id: TaskID,
    to row: inout ColumnValues
  ) throws(StoreError) {
    let first = row.count
    row.json(plan)
    row.names(servers)
    try row.text(digest)
    row.integer(revision)
    row.checksum(from: first, of: id.text)
  }

  private static func appendLife(_ task: AgentTask, to row: inout ColumnValues) throws(StoreError) {
    let first = row.count
    row.json(task.reason?.json)
    row.json(task.result)
    row.json(task.provenance)
    row.timestamp(task.runAt)
    row.json(task.budget)
    row.json(task.usage)
    row.integer(Int64(task.failedRuns))
    row.integer(Int64(task.interruptions))
    row.timestamp(task.endedAt)
    try row.text(task.retriedAs?.text)
    row.checksum(from: first, of: task.id.text)
  }

  private static func append(
    _ state: TaskState, _ lease: TaskLease?, _ epoch: Int64, of id: TaskID, at moment: Timestamp,
    to row: inout ColumnValues
  ) throws(StoreError) {
    let first = row.count
    try row.text(state.rawValue)
    row.timestamp(moment)
    try row.text(lease?.owner.text)
    row.timestamp(lease?.until)
    row.integer(epoch)
    row.checksum(from: first, of: id.text)
  }

  /// What pages and reports need of a row, however damaged the rest of it is.
  static func identity(_ row: StoredRow) throws(StoreError) -> (number: Int64, id: TaskID) {
    var row = RowReader(row, table: "tasks")
    return (try row.integer(), TaskID(try row.text()))
  }

  /// Nil for a damaged row, so that it hides no other of the same reading.
  static func readable(_ row: StoredRow) throws(StoreError) -> AgentTask? {
    do { return try read(row).task } catch {
      guard error.code == .corrupt else { throw error }
      return nil
    }
  }

  /// Reads a row that was selected by ``columns``.
  static func read(_ row: StoredRow) throws(StoreError) -> (number: Int64, task: AgentTask) {
    var row = RowReader(row, table: "tasks")
    let number = try row.integer()
    var task = try readFixed(&row)
    try readPlan(&row, into: &task)
    try readLife(&row, into: &task)
    try readClaim(&row, into: &task)
    task.cancelRequested = try row.integer() != 0
    return (number, task)
  }

  private static func readFixed(_ row: inout RowReader) throws(StoreError) -> AgentTask {
    let first = row.position
    let id = TaskID(try row.text())
    let createdAt = try row.timestamp()
    var task = AgentTask(id: id, title: try row.text(), createdAt: createdAt)
    task.goal = try row.optionalText()
    let inputs = try row.json().objectValue
    task.inputs = try row.present(inputs)
    task.priority = TaskPriority(level: Int(try row.integer()))
    task.taskClass = try row.text()
    task.fairnessKey = try row.text()
    task.size = Int(try row.integer())
    task.idempotencyKey = try row.optionalText()
    task.submissionDigest = try row.optionalText()
    task.uniqueKey = try row.optionalText()
    task.workspaceRoot = try row.optionalText()
    task.deadline = try row.optionalTimestamp()
    task.retryOf = try row.optionalText().map { TaskID($0) }
    let parent = try row.optionalText().map { TaskID($0) }
    let step = try row.optionalText()
    if let parent { task.parent = TaskParent(taskID: parent, stepID: try row.present(step)) }
    task.schedule = try row.optionalText()
    task.retry = try row.optionalJSON()
    task.unknownOutcomeDefault = try row.name(as: UnknownOutcomePolicy.self)
    try row.checksum(from: first)
    return task
  }

  private static func readPlan(_ row: inout RowReader, into task: inout AgentTask) throws(StoreError) {
    let first = row.position
    task.plan = try row.optionalJSON()
    task.serverNames = try row.names()
    task.serversDigest = try row.optionalText()
    task.planRevision = try row.integer()
    try row.checksum(from: first, of: task.id.text)
  }

  private static func readLife(_ row: inout RowReader, into task: inout AgentTask) throws(StoreError) {
    let first = row.position
    task.reason = try row.optionalReason()
    task.result = try row.optionalJSON()
    task.provenance = try row.optionalJSON()
    task.runAt = try row.optionalTimestamp()
    task.budget = try row.optionalJSON()
    task.usage = try row.optionalJSON()
    task.failedRuns = Int(try row.integer())
    task.interruptions = Int(try row.integer())
    task.endedAt = try row.optionalTimestamp()
    task.retriedAs = try row.optionalText().map { TaskID($0) }
    try row.checksum(from: first, of: task.id.text)
  }

  private static func readClaim(_ row: inout RowReader, into task: inout AgentTask) throws(StoreError) {
    let first = row.position
    task.state = try row.name(as: TaskState.self)
    task.updatedAt = try row.timestamp()
    let owner = try row.optionalText()
    let until = try row.optionalTimestamp()
    if let owner { task.lease = TaskLease(owner: Incarnation(owner), until: try row.present(until)) }
    task.epoch = try row.integer()
    try row.checksum(from: first, of: task.id.text)
  }
}

extension Database {
  /// The tasks of a query that selects ``TaskRow/columns``, without the damaged ones.
  func readableTasks(_ sql: String, _ values: [DatabaseValue]) throws -> [AgentTask] {
    try Array(rows(sql, values).compactMap { try TaskRow.readable($0) })
  }
}
