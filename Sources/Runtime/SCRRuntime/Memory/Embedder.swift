/// Turns texts into vectors whose directions are alike where the texts mean alike.
package protocol Embedder: Sendable {
  /// Stands beside each vector: vectors of different models are never compared.
  var model: String { get }
  /// Texts of one call, at most.
  var batchSize: Int { get }
  /// One vector for each text, in their order, all of the same length.
  func embed(_ texts: [String]) async throws -> [[Float]]
}

/// Gives records their vectors, a bounded piece at a time and never while somebody waits for a write.
package struct MemoryEmbedding: Sendable {
  private let memory: any MemoryStore
  private let embedder: any Embedder
  /// Characters of a text that are embedded; models take no more of it anyway.
  private static let textLimit = 8000

  package init(memory: any MemoryStore, embedder: any Embedder) {
    self.memory = memory
    self.embedder = embedder
  }

  /// One piece. After a change of the model each call makes another piece of the old vectors anew.
  /// - Returns: how many records got a vector; 0 when none is left without.
  /// - Throws: `StoreError`, `EmbeddingError`, and what the embedder throws.
  package func step() async throws -> Int {
    let records = try await memory.withoutVector(of: embedder.model, limit: min(max(embedder.batchSize, 1), 256))
    if records.isEmpty { return 0 }
    let vectors = try await vectors(of: records.map { String($0.searchText.prefix(Self.textLimit)) })
    let writes = zip(records, vectors).map { MemoryVectorWrite(id: $0.id, revision: $0.revision, vector: $1) }
    try await memory.put(writes)
    return writes.count
  }

  /// The vector of a question.
  package func vector(of text: String) async throws -> MemoryVector {
    let vectors = try await vectors(of: [String(text.prefix(Self.textLimit))])
    guard let vector = vectors.first else { throw EmbeddingError(expected: 1, found: 0, model: embedder.model) }
    return vector
  }

  private func vectors(of texts: [String]) async throws -> [MemoryVector] {
    let vectors = try await embedder.embed(texts)
    guard vectors.count == texts.count, Set(vectors.map(\.count)).count == 1, vectors.first?.isEmpty == false else {
      throw EmbeddingError(expected: texts.count, found: vectors.count, model: embedder.model)
    }
    return vectors.map { MemoryVector(model: embedder.model, values: $0) }
  }
}

/// An embedder gave something else than one vector of the same length for each text.
package struct EmbeddingError: Error, Sendable, Hashable, CustomStringConvertible {
  package let expected: Int
  package let found: Int
  package let model: String

  package var description: String {
    "the embedding model \(model) gave \(found) vectors for \(expected) texts, or vectors of different lengths: look at "
      + "the model's configuration"
  }
}
