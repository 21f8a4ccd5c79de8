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

  func put(_ record: MemoryRecord) async throws(StoreError) { try await store().put(record) }

  func get(kind: String, id: String) async throws(StoreError) -> MemoryRecord? {
    try await store().get(kind: kind, id: id)
  }

  func list(kind: String, limit: Int) async throws(StoreError) -> [MemoryRecord] {
    try await store().list(kind: kind, limit: limit)
  }

  func close() async {
    isClosed = true
    await (try? opening?.value)?.close()
  }
}
