import Synchronization

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
///
/// What has no vector yet is asked of the memory itself, so nothing is lost while a model does not answer, and nothing
/// gathers here. Beside the model's name stands how long its vectors are: another length under the same name is another
/// model, and makes all vectors anew.
package final class MemoryEmbedding: Sendable {
  private let memory: any MemoryStore
  private let embedder: any Embedder
  private let state = Mutex(State())

  private struct State {
    var length: Int?
    /// Records that the model refuses however short, by their revision; the newest.
    var refused: [(id: String, revision: Int64)] = []
  }

  /// Characters of a text that are embedded; models take no more of it anyway.
  private static let textLimit = 8000
  /// A text that the model refuses is cut in half so often before it is passed over until the process ends.
  private static let halvings = 4
  private static let refusedLimit = 500

  package init(memory: any MemoryStore, embedder: any Embedder) {
    self.memory = memory
    self.embedder = embedder
  }

  /// One piece. After a change of the model each call makes another piece of the old vectors anew.
  /// - Returns: how many records got a vector or were passed over; 0 when none is left without.
  /// - Throws: `StoreError`, `EmbeddingError`, and what the embedder throws.
  package func step() async throws -> Int {
    guard let name = try await name() else { return 0 }
    let refused = state.withLock { $0.refused }
    let size = min(max(embedder.batchSize, 1), 256)
    let records = try await memory.withoutVector(of: name, limit: min(size + refused.count, 1000)).filter { record in
      !refused.contains { $0 == (record.id, record.revision) }
    }.prefix(size)
    if records.isEmpty { return 0 }
    do {
      let vectors = try await vectors(of: records.map { Self.text(of: $0) })
      try await put(Array(zip(records, vectors)))
    } catch let error as ModelError where error.isOfRequest {
      // One of them is not to its taste; the others shall not wait for it.
      var taken = 0
      for record in records where try await embed(record) { taken += 1 }
      // A model that takes none of several has another reason than their texts.
      if taken == 0, records.count > 1 { throw error }
    }
    return records.count
  }

  /// - Returns: false where it was passed over.
  private func embed(_ record: MemoryRecord) async throws -> Bool {
    var text = Self.text(of: record)
    for _ in 0...Self.halvings {
      do {
        let vectors = try await vectors(of: [text])
        try await put(vectors.map { (record, $0) })
        return true
      } catch let error as ModelError where error.isOfRequest {
        text = String(text.prefix(text.count / 2))
        if text.isEmpty { break }
      }
    }
    state.withLock { state in
      state.refused.append((record.id, record.revision))
      if state.refused.count > Self.refusedLimit { state.refused.removeFirst() }
    }
    return false
  }

  private func put(_ made: [(MemoryRecord, MemoryVector)]) async throws {
    try await memory.put(made.map { MemoryVectorWrite(id: $0.id, revision: $0.revision, vector: $1) })
  }

  private static func text(of record: MemoryRecord) -> String { String(record.searchText.prefix(textLimit)) }

  /// The vector of a question, for whoever only searches.
  package static func vector(of text: String, by embedder: any Embedder) async throws -> MemoryVector {
    let vectors = try await made(of: [String(text.prefix(textLimit))], by: embedder)
    guard let vector = vectors.first else { throw EmbeddingError(expected: 1, found: 0, model: embedder.model) }
    return vector
  }

  /// The same.
  package func vector(of text: String) async throws -> MemoryVector { try await Self.vector(of: text, by: embedder) }

  /// Under which the vectors stand. How long they are is seen by the first of them.
  /// - Returns: nil where there is nothing to embed.
  private func name() async throws -> String? {
    if let length = state.withLock({ $0.length }) { return Self.name(embedder.model, length) }
    guard try await !memory.withoutVector(of: "", limit: 1).isEmpty else { return nil }
    let vector = try await vector(of: "length")
    state.withLock { $0.length = vector.values.count }
    return vector.model
  }

  private static func name(_ model: String, _ length: Int) -> String { "\(model)#\(length)" }

  private func vectors(of texts: [String]) async throws -> [MemoryVector] {
    let vectors = try await Self.made(of: texts, by: embedder)
    state.withLock { $0.length = vectors.first?.values.count }
    return vectors
  }

  private static func made(of texts: [String], by embedder: any Embedder) async throws -> [MemoryVector] {
    let vectors = try await embedder.embed(texts)
    guard vectors.count == texts.count, Set(vectors.map(\.count)).count == 1, let length = vectors.first?.count,
      length > 0
    else { throw EmbeddingError(expected: texts.count, found: vectors.count, model: embedder.model) }
    return vectors.map { MemoryVector(model: name(embedder.model, length), values: $0) }
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

extension ModelError {
  /// Whether it is the text that is at fault, so that another may do.
  fileprivate var isOfRequest: Bool { [.invalidRequest, .contextTooLong, .tooLarge, .refused].contains(code) }
}
