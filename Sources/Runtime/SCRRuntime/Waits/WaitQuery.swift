/// Which waits to show.
package struct WaitQuery: Sendable, Hashable {
  package var taskID: TaskID?
  /// Nil: both those that are open and those that have ended.
  package var isOpen: Bool?
  package var kinds: Set<WaitKind>
  /// From ``WaitPage/nextCursor``.
  package var cursor: String?
  /// 1…500.
  package var limit: Int

  package init(
    taskID: TaskID? = nil, isOpen: Bool? = true, kinds: Set<WaitKind> = Set(WaitKind.allCases.filter(\.isQuestion)),
    cursor: String? = nil, limit: Int = 100
  ) {
    self.taskID = taskID
    self.isOpen = isOpen
    self.kinds = kinds
    self.cursor = cursor
    self.limit = limit
  }
}

package struct WaitPage: Sendable, Hashable {
  /// Oldest first.
  package var waits: [Wait]
  package var nextCursor: String?
}

extension TaskStore {
  /// What waits, or has waited, oldest first.
  package func waits(_ query: WaitQuery) async throws(StoreError) -> WaitPage {
    let limit = min(max(query.limit, 1), 500)
    var documents = DocumentQuery(.wait, taskID: query.taskID, isOpen: query.isOpen, cursor: query.cursor)
    var found: [Wait] = []
    repeat {
      documents.limit = limit - found.count
      let page = try await self.documents(documents)
      found += page.documents.compactMap { Wait($0) }.filter { query.kinds.contains($0.kind) }
      documents.cursor = page.nextCursor
    } while found.count < limit && documents.cursor != nil
    return WaitPage(waits: found, nextCursor: documents.cursor)
  }
}
