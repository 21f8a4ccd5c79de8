import GRDB
package import SCRRuntime

extension SQLiteTaskStore {
  package func claimable(_ query: ClaimQuery) async throws(StoreError) -> [AgentTask] {
    let (sql, arguments) = Self.claimQuery(query)
    return try await read { try $0.readableTasks(sql, arguments) }
  }

  /// The index is named because SQLite would rather sort all that is queued.
  static func claimQuery(_ query: ClaimQuery) -> (sql: String, arguments: [DatabaseValue]) {
    var sql = "SELECT \(TaskRow.columns) FROM tasks "
    var arguments: [DatabaseValue] = []
    if let root = query.workspaceRoot {
      sql += "INDEXED BY tasks_claimable_here WHERE state = 'queued' AND workspace_root = ?"
      arguments.append(root.databaseValue)
    } else {
      sql += "WHERE state = 'queued'"
    }
    if let place = query.after {
      sql += " AND (priority, created_at, number) > (?, ?, (SELECT number FROM tasks WHERE id = ?))"
      arguments += [
        Int64(place.priority.level).databaseValue, place.createdAt.milliseconds.databaseValue,
        place.id.text.databaseValue,
      ]
    }
    return (sql + " ORDER BY priority, created_at, number LIMIT ?", arguments + [rowLimit(query.limit)])
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
}
