import GRDB
package import SCRRuntime

extension SQLiteTaskStore {
  /// Counted in the index alone; only the first task of each lane is looked up. Beyond a place that no lane is before,
  /// it begins at the first.
  static let lanesQuery = """
    SELECT lanes.class, lanes.priority, lanes.fairness_key, waiting, bytes, created_at FROM ( \
    SELECT class, priority, fairness_key, count(*) AS waiting, sum(size) AS bytes, min(number) AS first \
    FROM tasks INDEXED BY tasks_queue \
    WHERE state = 'queued' AND workspace_root = ? AND (class, priority, fairness_key) > (?, ?, ?) \
    GROUP BY class, priority, fairness_key ORDER BY class, priority, fairness_key LIMIT ?) AS lanes \
    CROSS JOIN tasks ON tasks.number = lanes.first
    """

  static let totalsQuery = """
    SELECT totals.class, totals.priority, waiting, bytes, created_at FROM ( \
    SELECT class, priority, count(*) AS waiting, sum(size) AS bytes, min(number) AS first \
    FROM tasks INDEXED BY tasks_queue WHERE state = 'queued' GROUP BY workspace_root, class, priority) AS totals \
    CROSS JOIN tasks ON tasks.number = totals.first
    """

  private static let inLane = """
    FROM tasks INDEXED BY tasks_queue \
    WHERE state = 'queued' AND workspace_root = ? AND class = ? AND priority = ? AND fairness_key = ?
    """

  static let claimQuery = """
    SELECT id, number, created_at, size, servers, servers_digest, epoch \(inLane) AND number > ? \
    ORDER BY number LIMIT ?
    """

  static let rankQuery = "SELECT count(*) \(inLane) AND number < ?"

  package func lanes(
    in workspaceRoot: String, after lane: QueueLane?, limit: Int
  ) async throws(StoreError) -> [LaneSummary] {
    let arguments = [
      workspaceRoot.databaseValue, (lane?.taskClass ?? "").databaseValue,
      Int64(lane?.priority.level ?? 0).databaseValue, (lane?.fairnessKey ?? "").databaseValue, Self.rowLimit(limit),
    ]
    return try await read { database in
      try Array(
        database.rows(Self.lanesQuery, arguments).map { row in
          var row = RowReader(row, table: "tasks")
          let taskClass = try row.text()
          let priority = TaskPriority(level: Int(try row.integer()))
          let lane = QueueLane(taskClass: taskClass, priority: priority, fairnessKey: try row.text())
          return LaneSummary(
            lane: lane, count: Int(try row.integer()), bytes: Int(try row.integer()), oldest: try row.timestamp())
        })
    }
  }

  package func queueTotals(of state: TaskState) async throws(StoreError) -> [QueueTotal] {
    if state == .queued, let start = try await unchanged() { return start.queue }
    return try await read { try Self.queueTotals(of: state, in: $0) }
  }

  /// For states that only few tasks are in.
  private static let fewTotalsQuery = """
    SELECT class, priority, count(*), sum(size), min(created_at) FROM tasks WHERE state = ? \
    GROUP BY workspace_root, class, priority
    """

  static func queueTotals(of state: TaskState, in database: Database) throws -> [QueueTotal] {
    // The same class may wait in several folders.
    var totals: [QueueLane: QueueTotal] = [:]
    let rows =
      state == .queued
      ? try database.rows(totalsQuery, []) : try database.rows(fewTotalsQuery, [state.rawValue.databaseValue])
    while let row = try rows.next() {
      var row = RowReader(row, table: "tasks")
      let total = QueueTotal(
        taskClass: try row.text(), priority: TaskPriority(level: Int(try row.integer())),
        count: Int(try row.integer()), bytes: Int(try row.integer()), oldest: try row.timestamp())
      let place = QueueLane(taskClass: total.taskClass, priority: total.priority, fairnessKey: "")
      guard let known = totals[place] else {
        totals[place] = total
        continue
      }
      totals[place] = QueueTotal(
        taskClass: total.taskClass, priority: total.priority, count: known.count + total.count,
        bytes: known.bytes + total.bytes, oldest: min(known.oldest, total.oldest))
    }
    return Array(totals.values)
  }

  package func claimable(_ query: ClaimQuery) async throws(StoreError) -> [QueuedTask] {
    let arguments =
      Self.values(query.lane, query.workspaceRoot) + [query.after.databaseValue, Self.rowLimit(query.limit)]
    return try await read { database in
      try Array(
        database.rows(Self.claimQuery, arguments).compactMap { row in
          do { return try Self.queuedTask(row) } catch let error as StoreError where error.code == .corrupt {
            return nil
          }
        })
    }
  }

  package func queuedBefore(
    _ number: Int64, in lane: QueueLane, of workspaceRoot: String
  ) async throws(StoreError) -> Int {
    let arguments = Self.values(lane, workspaceRoot) + [number.databaseValue]
    return try await read { database in
      try Int.fetchOne(
        database.cachedStatement(sql: Self.rankQuery), arguments: StatementArguments(arguments)) ?? 0
    }
  }

  package func number(of id: TaskID) async throws(StoreError) -> Int64? {
    try await read { database in
      try Int64.fetchOne(
        database.cachedStatement(sql: "SELECT number FROM tasks WHERE id = ?"), arguments: [id.text])
    }
  }

  private static func values(_ lane: QueueLane, _ workspaceRoot: String) -> [DatabaseValue] {
    [
      workspaceRoot.databaseValue, lane.taskClass.databaseValue, Int64(lane.priority.level).databaseValue,
      lane.fairnessKey.databaseValue,
    ]
  }

  private static func queuedTask(_ row: StoredRow) throws(StoreError) -> QueuedTask {
    var row = RowReader(row, table: "tasks")
    return QueuedTask(
      id: TaskID(try row.text()), number: try row.integer(), createdAt: try row.timestamp(),
      size: Int(try row.integer()), serverNames: try row.names(), serversDigest: try row.optionalText(),
      epoch: try row.integer())
  }

  static let uniqueKeyQuery = """
    SELECT id FROM tasks WHERE unique_key = ? AND state NOT IN ('completed', 'failed', 'cancelled', 'dead')
    """

  package func task(withUniqueKey key: String) async throws(StoreError) -> TaskID? {
    try await read { database in
      try String.fetchOne(database.cachedStatement(sql: Self.uniqueKeyQuery), arguments: [key]).map { TaskID($0) }
    }
  }

  /// Spelt as in the index, or SQLite would not see that the index covers it.
  private static let idle = "state IN ('queued', 'scheduled', 'waiting')"

  static let nearestDeadlineQuery = """
    SELECT min(deadline) FROM tasks INDEXED BY tasks_by_deadline WHERE deadline IS NOT NULL AND \(idle)
    """

  static let overdueQuery = """
    SELECT \(TaskRow.columns) FROM tasks INDEXED BY tasks_by_deadline \
    WHERE deadline IS NOT NULL AND deadline <= ? AND \(idle) ORDER BY deadline, number LIMIT ?
    """

  package func nearestDeadline() async throws(StoreError) -> Timestamp? {
    try await read { database in
      try Int64.fetchOne(database.cachedStatement(sql: Self.nearestDeadlineQuery)).map { Timestamp(milliseconds: $0) }
    }
  }

  package func overdue(at moment: Timestamp, limit: Int) async throws(StoreError) -> [AgentTask] {
    try await read { database in
      try database.readableTasks(
        Self.overdueQuery, [moment.milliseconds.databaseValue, Self.rowLimit(limit)])
    }
  }

  static let nearestStartQuery = """
    SELECT min(run_at) FROM tasks INDEXED BY tasks_by_start WHERE state = 'scheduled' AND run_at IS NOT NULL
    """

  static let startableQuery = """
    SELECT \(TaskRow.columns) FROM tasks INDEXED BY tasks_by_start \
    WHERE state = 'scheduled' AND run_at IS NOT NULL AND run_at <= ? ORDER BY run_at, number LIMIT ?
    """

  package func nearestStart() async throws(StoreError) -> Timestamp? {
    try await read { database in
      try Int64.fetchOne(database.cachedStatement(sql: Self.nearestStartQuery)).map { Timestamp(milliseconds: $0) }
    }
  }

  package func startable(at moment: Timestamp, limit: Int) async throws(StoreError) -> [AgentTask] {
    try await read { database in
      try database.readableTasks(Self.startableQuery, [moment.milliseconds.databaseValue, Self.rowLimit(limit)])
    }
  }

  static func endedQuery(_ states: Set<TaskState>) -> String {
    let names = states.filter(\.isFinal).map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")
    return """
      SELECT id FROM tasks INDEXED BY tasks_by_end \
      WHERE ended_at IS NOT NULL AND parent_id IS NULL AND ended_at < ? AND state IN (\(names)) \
      ORDER BY ended_at, number LIMIT ?
      """
  }

  package func ended(
    before moment: Timestamp, in states: Set<TaskState>, limit: Int
  ) async throws(StoreError) -> [TaskID] {
    // Of no state there is no query.
    guard states.contains(where: \.isFinal) else { return [] }
    return try await read { database in
      try String.fetchAll(
        database.cachedStatement(sql: Self.endedQuery(states)),
        arguments: [moment.milliseconds, max(limit, 0)]
      ).map { TaskID($0) }
    }
  }
}
