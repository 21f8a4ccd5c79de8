import SCRRuntime
import SCRServer

/// What gives memory its vectors.
enum MemoryVectors {
  /// Nil where the configuration names no provider.
  /// - Throws: ``ModelError`` where the provider is not configured.
  static func embedder(_ settings: EmbeddingSettings, _ models: ModelRegistry) throws(ModelError) -> ModelEmbedder? {
    guard let provider = settings.provider, let model = settings.model else { return nil }
    return ModelEmbedder(try models.provider(provider), model: model)
  }
}
