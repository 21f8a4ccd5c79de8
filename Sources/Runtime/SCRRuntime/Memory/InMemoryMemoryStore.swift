import Synchronization

/// Memory that ends with the process. At the limit the record that was written longest ago makes room.
package final class InMemoryMemoryStore: MemoryStore {
  fileprivate struct Key: Hashable {
    let kind: String
    let id: String
  }

  fileprivate struct State {
    var records: [Key: (record: MemoryRecord, revision: Int)] = [:]
    /// Keys by the order of their writes; an entry whose revision is outdated counts for nothing.
    var writes: [(key: Key, revision: Int)] = []
    var oldest = 0
    var revision = 0
  }

  private let state = Mutex<State?>(State())
  private let maximumRecords: Int

  package init(maximumRecords: Int = 100_000) { self.maximumRecords = maximumRecords }

  package func put(_ record: MemoryRecord) async throws(StoreError) {
    try state.withLock { state throws(StoreError) in
      guard var current = state.take() else { throw StoreError.storeClosed }
      current.put(record, limit: maximumRecords)
      state = current
    }
  }

  package func get(kind: String, id: String) async throws(StoreError) -> MemoryRecord? {
    try state.withLock { state throws(StoreError) in
      guard let state else { throw StoreError.storeClosed }
      return state.records[Key(kind: kind, id: id)]?.record
    }
  }

  package func list(kind: String, limit: Int) async throws(StoreError) -> [MemoryRecord] {
    let entries = try state.withLock { state throws(StoreError) in
      guard let state else { throw StoreError.storeClosed }
      return state.records.values.filter { $0.record.kind == kind }
    }
    let newest = entries.sorted { ($0.record.updatedAt, $0.revision) > ($1.record.updatedAt, $1.revision) }
    return newest.prefix(max(limit, 0)).map(\.record)
  }

  package func close() async { state.withLock { $0 = nil } }
}

extension InMemoryMemoryStore.State {
  fileprivate mutating func put(_ record: MemoryRecord, limit: Int) {
    let key = InMemoryMemoryStore.Key(kind: record.kind, id: record.id)
    revision += 1
    records[key] = (record, revision)
    writes.append((key, revision))
    while records.count > limit { dropOldest() }
    compact()
  }

  private mutating func dropOldest() {
    let (key, revision) = writes[oldest]
    oldest += 1
    if records[key]?.revision == revision { records[key] = nil }
  }

  /// Outdated entries never make up more than half of the list, so its length stays within twice the records.
  private mutating func compact() {
    guard writes.count > 2 * records.count + 16 else { return }
    writes = writes[oldest...].filter { records[$0.key]?.revision == $0.revision }
    oldest = 0
  }
}
