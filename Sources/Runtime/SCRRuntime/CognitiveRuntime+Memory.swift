import SCRProtocol

// What is remembered, for clients. The runtime itself writes by its memory agent.
extension CognitiveRuntime {
  var embedding: MemoryEmbedding? {
    configuration.embedder.map { MemoryEmbedding(memory: memory, embedder: $0) }
  }

  /// Without a text: a list, the newest first.
  ///
  /// - Parameter query: its `now` is set here. A text is searched for by meaning too where there is an embedder.
  /// - Throws: `denied` where memory is off, `invalid_params` for a bad cursor, `store_unavailable`.
  package func searchMemory(_ query: MemoryQuery, text: String? = nil) async throws(RuntimeError) -> MemoryPage {
    try requireMemory()
    var query = query
    query.now = clock.now()
    if let text, let embedding {
      // A model that does not answer leaves the words.
      query.vector = try? await embedding.vector(of: text)
    }
    do throws(StoreError) { return try await memory.find(query) } catch { throw RuntimeError(error) }
  }

  /// - Throws: `not_found`, `denied`, `store_unavailable`.
  package func memoryRecord(_ reference: MemoryReference) async throws(RuntimeError) -> MemoryRecord {
    try requireMemory()
    let record: MemoryRecord?
    do throws(StoreError) { record = try await memory.record(reference, now: clock.now()) } catch {
      throw RuntimeError(error)
    }
    guard let record else { throw .unknownMemory(reference) }
    return record
  }

  /// On the disk when it returns.
  ///
  /// - Parameter content: without an end of its own it gets that of the configuration.
  /// - Returns: the record, and how many older ones had to make room.
  /// - Throws: `conflict` where the condition does not hold, `too_large`, `invalid_input`, `denied`, `store_unavailable`.
  package func putMemory(
    _ address: MemoryAddress, _ content: MemoryContent, if condition: MemoryCondition = .always
  ) async throws(RuntimeError) -> (record: MemoryRecord, evicted: Int) {
    try requireMemory()
    let now = clock.now()
    var content = content
    if content.expiresAt == nil { content.expiresAt = configuration.memory.life.map { now + $0 } }
    let commit = try await commitMemory(
      MemoryBatch(at: now, writes: [.put(address, content, if: condition)], isFlushed: true))
    memoryWritten.ring()
    guard let record = commit.records.first else { throw RuntimeError(.internal, "memory gave no record back") }
    return (record, commit.evicted.reduce(0) { $0 + $1.evicted })
  }

  /// - Throws: `not_found`, `conflict`, `denied`, `store_unavailable`.
  package func forgetMemory(
    _ reference: MemoryReference, if condition: MemoryCondition = .always
  ) async throws(RuntimeError) {
    try requireMemory()
    let commit = try await commitMemory(
      MemoryBatch(at: clock.now(), writes: [.forget(reference, if: condition)], isFlushed: true))
    if commit.forgotten == 0 { throw .unknownMemory(reference) }
  }

  /// - Throws: `denied`, `store_unavailable`.
  package func memoryUsage() async throws(RuntimeError) -> [MemoryUsage] {
    try requireMemory()
    do throws(StoreError) { return try await memory.usage() } catch { throw RuntimeError(error) }
  }

  private func commitMemory(_ batch: MemoryBatch) async throws(RuntimeError) -> MemoryCommit {
    do throws(StoreError) { return try await memory.commit(batch) } catch {
      if error.code == .preconditionFailed { throw RuntimeError(.conflict, error.message, cause: error) }
      throw RuntimeError(error)
    }
  }

  private func requireMemory() throws(RuntimeError) {
    if configuration.memory.isEnabled { return }
    throw RuntimeError(.denied, "memory is off here", hint: "set memory.enabled to true")
  }
}

extension RuntimeError {
  package static func unknownMemory(_ reference: MemoryReference) -> RuntimeError {
    let what =
      switch reference {
      case .id(let id): "record \"\(id.prefix(100))\""
      case .address(let address): "\(address.kind.rawValue) \"\(address.key.prefix(100))\" in \(address.namespace)"
      }
    return RuntimeError(
      .notFound, "there is no \(what) in memory", hint: "search_memory and list_memory show what there is")
  }
}
