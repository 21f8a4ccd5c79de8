extension CognitiveRuntime {
  /// A run that has ended, so that it can be made again without models and tools (``CassetteRecorder``).
  package func cassette(of id: TaskID, masking secrets: [String]) async throws(RuntimeError) -> Cassette {
    try await CassetteRecorder.record(id, from: store, masking: secrets)
  }
}
