import GRDB
package import SCRRuntime

extension SQLiteTaskStore {
  package func document(_ kind: DocumentKind, _ id: String) async throws(StoreError) -> StoreDocument? {
    try await read { database in
      try database.firstRow(
        "SELECT \(DocumentRow.columns) FROM documents WHERE kind = ? AND id = ?",
        [kind.rawValue.databaseValue, id.databaseValue]
      ).map { try DocumentRow.read($0) }
    }
  }

  package func documents(_ query: DocumentQuery) async throws(StoreError) -> DocumentPage {
    let start = try query.cursor.map { cursor throws(StoreError) in try TaskCursor(cursor).number }
    let (sql, arguments) = Self.documentQuery(query, start: start)
    return try await read { database in
      let rows = try database.rows(sql, arguments)
      var page = DocumentPage()
      var last: Int64?
      while let row = try rows.next() {
        let (number, id) = try DocumentRow.identity(row)
        guard page.documents.count + page.damaged.count < query.pageSize else {
          page.nextCursor = query.order == .dueFirst ? nil : last.map { TaskCursor(number: $0).text }
          break
        }
        last = number
        do throws(StoreError) { page.documents.append(try DocumentRow.read(row)) } catch {
          guard error.code == .corrupt else { throw error }
          page.damaged.append(id)
        }
      }
      return page
    }
  }

  static func documentQuery(_ query: DocumentQuery, start: Int64?) -> (sql: String, arguments: [DatabaseValue]) {
    var sql = "SELECT \(DocumentRow.columns) FROM documents WHERE kind = ?"
    var arguments = [query.kind.rawValue.databaseValue]
    // Spelt as in the indices, or SQLite would not see that they fit.
    if let isOpen = query.isOpen { sql += " AND is_open = \(isOpen ? 1 : 0)" }
    if let taskID = query.taskID {
      sql += " AND task_id = ?"
      arguments.append(taskID.text.databaseValue)
    }
    if query.order == .dueFirst || query.dueBy != nil { sql += " AND due_at IS NOT NULL" }
    if let dueBy = query.dueBy {
      sql += " AND due_at <= ?"
      arguments.append(dueBy.milliseconds.databaseValue)
    }
    if let start, query.order != .dueFirst {
      sql += query.order == .oldestFirst ? " AND number > ?" : " AND number < ?"
      arguments.append(start.databaseValue)
    }
    switch query.order {
    case .oldestFirst: sql += " ORDER BY number"
    case .newestFirst: sql += " ORDER BY number DESC"
    case .dueFirst: sql += " ORDER BY due_at, number"
    }
    return (sql + " LIMIT ?", arguments + [Int64(query.pageSize + 1).databaseValue])
  }

  package func nearestDue(_ kind: DocumentKind) async throws(StoreError) -> Timestamp? {
    try await read { database in
      try Int64.fetchOne(
        database.cachedStatement(
          sql: "SELECT min(due_at) FROM documents WHERE kind = ? AND is_open = 1 AND due_at IS NOT NULL"),
        arguments: [kind.rawValue]
      ).map { Timestamp(milliseconds: $0) }
    }
  }
}
