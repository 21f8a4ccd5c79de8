import SCRProtocol

/// What models were asked for and what it took, as the store knows it: by day, task, role, provider and model.
///
/// Turns of agents are told by documents of their own, which go with their tasks; their sums by day are kept then, and chats
/// count in these sums from the beginning (``ModelDays``).
package enum ModelAccounts {
  /// The accounts of one task, without its children's.
  package static func read(of task: TaskID, from store: any TaskStore) async throws(StoreError) -> ModelLedger {
    var ledger = ModelLedger()
    var query = DocumentQuery(.modelTurn, taskID: task, limit: 500)
    repeat {
      let page = try await store.documents(query)
      for turn in page.documents.compactMap({ ModelTurn(json: $0.body) }) {
        ledger.add(ModelLedger.Key(role: turn.role, provider: turn.provider, model: turn.model)) { $0 += turn.row }
      }
      query.cursor = page.nextCursor
    } while query.cursor != nil
    return ledger
  }

  /// All accounts from a day on.
  /// - Parameter first: `2026-11-24`; UTC.
  package static func read(since first: String, from store: any TaskStore) async throws(StoreError) -> ModelLedger {
    var ledger = try await ModelDays.read(since: first, from: store)
    var query = DocumentQuery(.modelTurn, order: .newestFirst, limit: 500)
    repeat {
      let page = try await store.documents(query)
      let documents = page.documents.filter { $0.createdAt.day >= first }
      // Some may be older than those behind them, where a clock was set back; not all of a page.
      if documents.isEmpty, !page.documents.isEmpty { break }
      for document in documents {
        guard let turn = ModelTurn(json: document.body) else { continue }
        let key = ModelLedger.Key(
          day: document.createdAt.day, taskID: document.taskID, role: turn.role, provider: turn.provider,
          model: turn.model)
        ledger.add(key) { $0 += turn.row }
      }
      query.cursor = page.nextCursor
    } while query.cursor != nil
    return ledger
  }
}

extension Timestamp {
  /// `2026-11-24`, UTC.
  package var day: String { String(description.prefix(10)) }
}

extension AgentTask {
  /// Whether agents work on it; one that only has children with agents has none itself.
  var hasAgents: Bool { goal != nil || (plan?["steps"]?.arrayValue ?? []).contains { $0["agent"] != nil } }
}
