/// Removes tasks that ended long ago, with their steps, documents, events and children, and the oldest events.
///
/// In small batches, each a commit of its own: whoever submits meanwhile waits for one of them at most.
package struct Pruner: Sendable {
  private let store: any TaskStore
  private let clock: any RuntimeClock

  /// Families in a commit.
  package static let batchSize = 25
  /// Events in a commit.
  static let eventBatch: Int64 = 2000

  package init(store: any TaskStore, clock: any RuntimeClock) {
    self.store = store
    self.clock = clock
  }

  /// Runs until cancelled.
  /// - Parameter retention: what is to be kept, asked anew at every look.
  /// - Throws: `StoreError`; its supervisor starts it again.
  func run(_ retention: @Sendable () -> Retention) async throws {
    try await clock.sleep(for: retention().delay)
    while !Task.isCancelled {
      try await prune(retention())
      try await clock.sleep(for: retention().interval)
    }
  }

  package func prune(_ retention: Retention) async throws(StoreError) {
    let now = clock.now()
    for (state, age) in retention.tasks.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      _ = try await prune([state], before: now - age)
    }
    if let maxEvents = retention.maxEvents { try await pruneEvents(keeping: Int64(maxEvents)) }
    try await ModelDays.prune(store, now: now)
  }

  /// Removes what ended before a moment.
  /// - Returns: how many tasks, children not counted.
  package func prune(_ states: Set<TaskState>, before moment: Timestamp) async throws(StoreError) -> Int {
    var removed = 0
    while !Task.isCancelled {
      let ids = try await store.ended(before: moment, in: states, limit: Self.batchSize)
      if ids.isEmpty { return removed }
      try await remove(ids)
      removed += ids.count
      // Others get a turn, even where the store never suspends.
      await Task.yield()
    }
    return removed
  }

  /// What their agents have used stays in the sums of its days.
  private func remove(_ ids: [TaskID]) async throws(StoreError) {
    var tries = 1
    while true {
      var batch = try await ModelAccounts.folding(ids, in: store, now: clock.now())
      batch.changes += ids.map { .pruneTask($0) }
      do throws(StoreError) {
        _ = try await store.commit(batch)
        return
      } catch {
        // A chat has added to the same sum in that moment; if it was not that, it will not get better.
        guard error.code == .preconditionFailed, tries < 5 else { throw error }
        tries += 1
      }
    }
  }

  /// Numbers count, not rows: those of tasks that were removed are among them.
  private func pruneEvents(keeping count: Int64) async throws(StoreError) {
    let end = try await store.lastSequence() - count
    while !Task.isCancelled {
      let first = try await store.firstSequence()
      guard first <= end else { return }
      let last = min(end, first + Self.eventBatch - 1)
      _ = try await store.commit(StoreBatch(at: clock.now(), changes: [.pruneEvents(through: last)]))
      await Task.yield()
    }
  }
}
