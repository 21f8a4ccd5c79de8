/// Providers that the usual variables of other programs name, where no file names any (interface.md §6).
enum ModelEnvironment {
  static let openAIModel = "gpt-4o-mini"
  static let anthropicModel = "claude-sonnet-4-5"
  static let ollamaModel = "llama3.1"

  /// By name: `openai`, `anthropic`, `ollama`, of which the first that there is becomes the default.
  static func settings(_ environment: [String: String]) -> (providers: [String: ModelProviderEntry], first: String?) {
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    var providers: [String: ModelProviderEntry] = [:]
    if value("OPENAI_API_KEY") != nil || value("OPENAI_BASE_URL") != nil {
      providers["openai"] = entry(
        .openai, key: value("OPENAI_API_KEY") == nil ? nil : "OPENAI_API_KEY", address: value("OPENAI_BASE_URL"),
        model: value("OPENAI_MODEL") ?? openAIModel)
    }
    if value("ANTHROPIC_API_KEY") != nil {
      providers["anthropic"] = entry(
        .anthropic, key: "ANTHROPIC_API_KEY", address: value("ANTHROPIC_BASE_URL"),
        model: value("ANTHROPIC_MODEL") ?? anthropicModel)
    }
    if value("LLM_BASE_URL") != nil || value("LLM_MODEL") != nil {
      providers["ollama"] = entry(
        .ollama, key: nil, address: value("LLM_BASE_URL"), model: value("LLM_MODEL") ?? ollamaModel)
    }
    return (providers, ["openai", "anthropic", "ollama"].first { providers[$0] != nil })
  }

  private static func entry(
    _ kind: ModelProviderEntry.Kind, key: String?, address: String?, model: String
  ) -> ModelProviderEntry {
    var entry = ModelProviderEntry()
    entry.kind = kind
    entry.apiKey = key.map { .variable($0) }
    entry.baseURL = address
    entry.model = model
    return entry
  }
}
