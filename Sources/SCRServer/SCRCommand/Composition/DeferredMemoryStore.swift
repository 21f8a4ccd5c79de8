import SCRRuntime

/// A memory that is opened when it is first used: nothing of a start waits for it.
///
/// An opening that failed is tried again by the next use, and each tells its error.
actor DeferredMemoryStore: MemoryStore {
  private let open: @Sendable () async throws(StoreError) -> any MemoryStore
  private var opening: Task<any MemoryStore, any Error>?
  private var isClosed = false

  init(_ open: @escaping @Sendable () async throws(StoreError) -> any MemoryStore) { self.open = open }

  private func store() async throws(StoreError) -> any MemoryStore {
    if isClosed { throw StoreError(.closed, "the memory is closed") }
    // One opening for all who ask meanwhile.
    let current = opening ?? Task { [open] in try await open() }
    opening = current
    do { return try await current.value } catch {
      opening = nil
      throw error as? StoreError ?? StoreError(.failed, "the memory could not be opened: \(error)", cause: error)
    }
  }

  func commit(_ batch: MemoryBatch) async throws(StoreError) -> MemoryCommit { try await store().commit(batch) }

  func record(_ reference: MemoryReference, now: Timestamp) async throws(StoreError) -> MemoryRecord? {
    try await store().record(reference, now: now)
  }

  func find(_ query: MemoryQuery) async throws(StoreError) -> MemoryPage { try await store().find(query) }

  func mark(_ name: String) async throws(StoreError) -> Int64? { try await store().mark(name) }

  func usage() async throws(StoreError) -> [MemoryUsage] { try await store().usage() }

  func withoutVector(of model: String, limit: Int) async throws(StoreError) -> [MemoryRecord] {
    try await store().withoutVector(of: model, limit: limit)
  }

  func put(_ vectors: [MemoryVectorWrite]) async throws(StoreError) { try await store().put(vectors) }

  func verify(repairing: Bool) async throws(StoreError) -> MemoryReport {
    try await store().verify(repairing: repairing)
  }

  func close() async {
    isClosed = true
    await (try? opening?.value)?.close()
  }
}
