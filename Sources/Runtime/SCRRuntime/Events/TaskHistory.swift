/// A task's life as its events tell it: every state that it went through, and every failure of a step.
package enum TaskHistory {
  /// The newest so many are told.
  package static let limit = 1000
  private static let pageSize = 500

  /// Oldest first. Empty for a task that is not there.
  package static func read(_ id: TaskID, from store: any TaskStore) async throws(StoreError) -> [RuntimeEvent] {
    var history: [RuntimeEvent] = []
    var since: Int64 = 0
    while true {
      let page = try await store.events(since: since, taskID: id, limit: pageSize)
      history += page.filter(belongs)
      if history.count > limit { history.removeFirst(history.count - limit) }
      guard let last = page.last, page.count == pageSize else { return history }
      since = last.sequence
    }
  }

  private static func belongs(_ event: RuntimeEvent) -> Bool {
    event.kind.rawValue.hasPrefix("task.") || event.kind == .stepFailed || event.kind == .stepRetrying
  }
}

extension CognitiveRuntime {
  /// The newest ``TaskHistory/limit`` entries of a task's life, oldest first.
  package func history(of id: TaskID) async throws(RuntimeError) -> [RuntimeEvent] {
    do throws(StoreError) { return try await TaskHistory.read(id, from: store) } catch { throw RuntimeError(error) }
  }
}
