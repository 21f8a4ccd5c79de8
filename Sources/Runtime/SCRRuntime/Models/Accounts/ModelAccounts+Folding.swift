import SCRProtocol

extension ModelAccounts {
  /// Families are eight deep at most; a circle can only come from a damaged store.
  private static let depth = 64

  /// What keeps the sums of tasks that are about to be removed, with those of their children.
  static func folding(
    _ tasks: [TaskID], in store: any TaskStore, now: Timestamp
  ) async throws(StoreError) -> StoreBatch {
    var ledger = ModelLedger()
    for task in try await store.tasks(tasks) { try await add(task, to: &ledger, store, depth: 0) }
    return try await ModelDays.batch(adding: ledger, to: store, now: now)
  }

  private static func add(
    _ task: AgentTask, to ledger: inout ModelLedger, _ store: any TaskStore, depth: Int
  ) async throws(StoreError) {
    if task.hasAgents { try await addTurns(of: task.id, to: &ledger, store) }
    guard depth < Self.depth, task.mayHaveChildren else { return }
    var query = TaskQuery(parent: task.id, limit: 500)
    repeat {
      let page = try await store.tasks(query)
      for child in page.tasks { try await add(child, to: &ledger, store, depth: depth + 1) }
      query.cursor = page.nextCursor
    } while query.cursor != nil
  }

  private static func addTurns(
    of task: TaskID, to ledger: inout ModelLedger, _ store: any TaskStore
  ) async throws(StoreError) {
    var query = DocumentQuery(.modelTurn, taskID: task, limit: 500)
    repeat {
      let page = try await store.documents(query)
      for document in page.documents {
        guard let turn = ModelTurn(json: document.body) else { continue }
        let key = ModelLedger.Key(
          day: document.createdAt.day, role: turn.role, provider: turn.provider, model: turn.model)
        ledger.add(key) { $0 += turn.row }
      }
      query.cursor = page.nextCursor
    } while query.cursor != nil
  }
}

extension AgentTask {
  fileprivate var mayHaveChildren: Bool { (plan?["steps"]?.arrayValue ?? []).contains { $0["plan"] != nil } }
}
