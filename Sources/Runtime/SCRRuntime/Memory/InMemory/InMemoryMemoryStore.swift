import Synchronization

/// Memory that ends with the process.
package final class InMemoryMemoryStore: MemoryStore {
  private let state = Mutex<InMemoryMemory?>(InMemoryMemory())
  private let quota: MemoryQuota

  package init(quota: MemoryQuota = MemoryQuota()) { self.quota = quota }

  package func commit(_ batch: MemoryBatch) async throws(StoreError) -> MemoryCommit {
    try MemoryLimits.check(batch)
    return try change { memory throws(StoreError) in try memory.commit(batch, quota) }
  }

  package func record(_ reference: MemoryReference, now: Timestamp) async throws(StoreError) -> MemoryRecord? {
    try look { memory in
      memory.entry(reference).flatMap { $0.record.isExpired(at: now) ? nil : $0.record }
    }
  }

  package func find(_ query: MemoryQuery) async throws(StoreError) -> MemoryPage {
    try look { memory throws(StoreError) in try memory.find(query) }
  }

  package func mark(_ name: String) async throws(StoreError) -> Int64? { try look { $0.marks[name] } }

  package func usage() async throws(StoreError) -> [MemoryUsage] {
    try look { memory in
      memory.usage.values.filter { $0.records > 0 || $0.evicted > 0 }.sorted { $0.namespace < $1.namespace }
    }
  }

  package func withoutVector(of model: String, limit: Int) async throws(StoreError) -> [MemoryRecord] {
    try look { memory in
      memory.entries.sorted { $0.key > $1.key }.lazy.map(\.value)
        .filter { $0.vector?.vector.model != model || $0.vector?.revision != $0.record.revision }
        .prefix(min(max(limit, 1), 1000)).map(\.record)
    }
  }

  package func put(_ vectors: [MemoryVectorWrite]) async throws(StoreError) {
    try change { memory throws(StoreError) in for vector in vectors { memory.put(vector) } }
  }

  package func verify(repairing: Bool) async throws(StoreError) -> MemoryReport {
    let usage = try await usage()
    return try look { memory in
      var report = MemoryReport()
      report.records = memory.entries.count
      report.usage = usage
      return report
    }
  }

  package func close() async { state.withLock { $0 = nil } }

  private func look<Value>(
    _ body: (InMemoryMemory) throws(StoreError) -> Value
  ) throws(StoreError) -> Value where Value: Sendable {
    try state.withLock { state throws(StoreError) in
      guard let state else { throw StoreError.memoryClosed }
      return try body(state)
    }
  }

  private func change<Value>(
    _ body: (inout InMemoryMemory) throws(StoreError) -> Value
  ) throws(StoreError) -> Value where Value: Sendable {
    try state.withLock { state throws(StoreError) in
      // Taken out and put back, so that nothing of it is copied.
      guard var memory = state.take() else { throw StoreError.memoryClosed }
      defer { state = memory }
      return try body(&memory)
    }
  }
}

extension StoreError {
  package static let memoryClosed = StoreError(.closed, "the memory is closed")
}

extension MemoryLimits {
  package static func check(_ batch: MemoryBatch) throws(StoreError) {
    if batch.writes.count > Self.batch {
      throw StoreError(.tooLarge, "\(batch.writes.count) writes are more than one batch takes (\(Self.batch))")
    }
  }
}
