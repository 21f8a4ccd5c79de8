/// Vectors from one configured provider, with its own address and key. There is no failover: another provider's vectors
/// could not be compared with those that are there.
package struct ModelEmbedder: Embedder {
  private let provider: any ModelProvider
  private let name: String
  package let batchSize: Int

  /// - Parameters:
  ///   - model: of the provider, for vectors; not the one that it answers with.
  ///   - batchSize: texts of one request.
  package init(_ provider: any ModelProvider, model: String, batchSize: Int = 32) {
    self.provider = provider
    name = model
    self.batchSize = batchSize
  }

  package var model: String { "\(provider.name)/\(name)" }

  /// - Throws: ``ModelError``, `CancellationError`.
  package func embed(_ texts: [String]) async throws -> [[Float]] {
    try await provider.embed(texts, model: name).vectors
  }
}
