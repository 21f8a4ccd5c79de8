import GRDB
package import SCRRuntime

extension SQLiteTaskStore {
  package func task(_ id: TaskID) async throws(StoreError) -> AgentTask? {
    try await read { database in
      try database.firstRow("SELECT \(TaskRow.columns) FROM tasks WHERE id = ?", [id.text.databaseValue])
        .map { try TaskRow.read($0).task }
    }
  }

  package func tasks(_ ids: [TaskID]) async throws(StoreError) -> [AgentTask] {
    try await read { database in
      try ids.flatMap { id in try database.readableTasks(BatchWriter.task, [id.text.databaseValue]) }
    }
  }

  package func steps(of id: TaskID) async throws(StoreError) -> [StepRecord] {
    try await read { database in
      try Array(
        database.rows(
          "SELECT \(StepRow.columns) FROM steps WHERE task_id = ? ORDER BY number", [id.text.databaseValue]
        ).map { try StepRow.read($0) })
    }
  }

  package func steps(of id: TaskID, named names: [String]) async throws(StoreError) -> [StepRecord] {
    try await read { database in
      try names.compactMap { name in
        try database.firstRow(
          "SELECT \(StepRow.columns) FROM steps WHERE task_id = ? AND step_id = ?",
          [id.text.databaseValue, name.databaseValue]
        ).map { try StepRow.read($0) }
      }
    }
  }

  package func task(withIdempotencyKey key: String) async throws(StoreError) -> (id: TaskID, digest: String?)? {
    try await read { database in
      try database.firstRow(
        "SELECT id, submission_digest FROM tasks WHERE idempotency_key = ?", [key.databaseValue]
      ).map { row in
        var row = RowReader(row, table: "tasks")
        return (TaskID(try row.text()), try row.optionalText())
      }
    }
  }

  package func tasks(_ query: TaskQuery) async throws(StoreError) -> TaskPage {
    let before = try query.cursor.map { cursor throws(StoreError) in try TaskCursor(cursor).number } ?? .max
    return try await read { database in
      let (sql, arguments) = Self.pageQuery(query, before: before)
      let rows = try database.rows(sql, arguments)
      var page = TaskPage(tasks: [])
      var last: Int64?
      while let row = try rows.next() {
        let (number, id) = try TaskRow.identity(row)
        guard page.tasks.count + page.damaged.count < query.pageSize else {
          page.nextCursor = last.map { TaskCursor(number: $0).text }
          break
        }
        last = number
        if let task = try TaskRow.readable(row) { page.tasks.append(task) } else { page.damaged.append(id) }
      }
      return page
    }
  }

  /// Each state is read from its index newest first and cut to the page before the states are merged, so that the cost
  /// of a page does not grow with the number of tasks.
  private static func pageQuery(_ query: TaskQuery, before: Int64) -> (sql: String, arguments: [DatabaseValue]) {
    // One more than the page tells whether there is a next one.
    let limit = Int64(query.pageSize + 1).databaseValue
    let filter =
      (query.taskClass == nil ? "" : "AND class = ? ") + (query.parent == nil ? "" : "AND parent_id = ?")
    let filterValues = [query.taskClass, query.parent?.text].compactMap { $0?.databaseValue }
    let tail = "ORDER BY number DESC LIMIT ?"
    guard let states = query.states else {
      let sql = "SELECT \(TaskRow.columns) FROM tasks WHERE number < ? \(filter) \(tail)"
      return (sql, [before.databaseValue] + filterValues + [limit])
    }
    let part = "SELECT * FROM (SELECT number FROM tasks WHERE state = ? AND number < ? \(filter) \(tail))"
    let parts = states.isEmpty ? "NULL" : states.map { _ in part }.joined(separator: " UNION ALL ")
    let values = states.flatMap { [$0.rawValue.databaseValue, before.databaseValue] + filterValues + [limit] }
    return ("SELECT \(TaskRow.columns) FROM tasks WHERE number IN (\(parts)) \(tail)", values + [limit])
  }

  package func events(since: Int64, taskID: TaskID?, limit: Int) async throws(StoreError) -> [RuntimeEvent] {
    let filter = taskID == nil ? "" : "AND task_id = ?"
    let sql = "SELECT \(EventRow.columns) FROM events WHERE sequence > ? \(filter) ORDER BY sequence LIMIT ?"
    let arguments =
      [since.databaseValue] + (taskID.map { [$0.text.databaseValue] } ?? []) + [Self.rowLimit(limit)]
    return try await read { database in
      try Array(database.rows(sql, arguments).map { try EventRow.readable($0) })
    }
  }

  package func abandoned(by incarnation: Incarnation) async throws(StoreError) -> [AgentTask] {
    try await read { database in
      try database.readableTasks(
        """
        SELECT \(TaskRow.columns) FROM tasks \
        WHERE state IN ('running', 'waiting') AND lease_owner <> ? ORDER BY number
        """, [incarnation.text.databaseValue])
    }
  }

  static let unheededQuery = """
    SELECT \(TaskRow.columns) FROM tasks INDEXED BY tasks_unheeded \
    WHERE cancel_requested = 1 AND state IN ('queued', 'scheduled', 'waiting') ORDER BY number LIMIT ?
    """

  package func unheeded(limit: Int) async throws(StoreError) -> [AgentTask] {
    try await read { try $0.readableTasks(Self.unheededQuery, [Self.rowLimit(limit)]) }
  }

  package func counts() async throws(StoreError) -> [TaskState: Int] {
    try await read { try Self.counts(in: $0) }
  }

  package func lastSequence() async throws(StoreError) -> Int64 {
    if let start = try await unchanged() { return start.lastSequence }
    return try await read { try Self.lastSequence(in: $0) }
  }

  package func firstSequence() async throws(StoreError) -> Int64 {
    try await read { database in
      try Int64.fetchOne(database, sql: "SELECT min(sequence) FROM events") ?? Self.lastSequence(in: database) + 1
    }
  }

  /// What was read at the opening, as long as nothing has been committed since.
  func unchanged() async throws(StoreError) -> Start? {
    try await database.whileOpen { [writer] () throws(StoreError) in
      writer?.committer.commits == 0 ? writer?.start : nil
    }
  }

  static func start(in database: Database) throws -> Start {
    Start(queue: try queueTotals(of: .queued, in: database), lastSequence: try lastSequence(in: database))
  }

  private static func counts(in database: Database) throws -> [TaskState: Int] {
    var counts: [TaskState: Int] = [:]
    let rows = try database.rows("SELECT state, count(*) FROM tasks GROUP BY state", [])
    while let row = try rows.next() {
      var row = RowReader(row, table: "tasks")
      counts[try row.name(as: TaskState.self)] = Int(try row.integer())
    }
    return counts
  }

  private static func lastSequence(in database: Database) throws -> Int64 {
    // Not the newest row, which may have been pruned.
    try Int64.fetchOne(database, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'events'") ?? 0
  }

  /// SQLite takes a negative limit for none at all.
  static func rowLimit(_ limit: Int) -> DatabaseValue { Int64(max(limit, 0)).databaseValue }
}
