import SCRRuntime
import SCRServer

/// Agents and skills of the configuration's folders.
enum AgentFiles {
  /// Blocks.
  /// - Throws: ``CommandFailure`` with everything that is wrong in them, by file, line and column.
  static func read(_ loaded: LoadedSettings) throws(CommandFailure) -> AgentFolders {
    do { return try AgentFolders.read(loaded) } catch { throw CommandFailure(error) }
  }
}

/// What gives memory its vectors.
enum MemoryVectors {
  /// Nil where the configuration names no provider.
  /// - Throws: ``ModelError`` where the provider is not configured.
  static func embedder(_ settings: EmbeddingSettings, _ models: ModelRegistry) throws(ModelError) -> ModelEmbedder? {
    guard let provider = settings.provider, let model = settings.model else { return nil }
    return ModelEmbedder(try models.provider(provider), model: model)
  }
}
