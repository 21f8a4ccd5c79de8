import SCRProtocol

/// The configured providers by name, and the one that is used where none is named. Immutable.
package struct ModelRegistry: Sendable {
  private let providers: [String: any ModelProvider]
  package let defaultName: String?

  /// No provider at all: work that needs a model is refused.
  package static let none = ModelRegistry([])

  /// - Parameter defaultName: nil takes the only provider there is, if there is one.
  package init(_ providers: [any ModelProvider], defaultName: String? = nil) {
    self.providers = Dictionary(providers.map { ($0.profile.name, $0) }) { first, _ in first }
    self.defaultName = defaultName ?? (self.providers.count == 1 ? self.providers.keys.first : nil)
  }

  package var isEmpty: Bool { providers.isEmpty }
  package var names: [String] { providers.keys.sorted() }
  package var profiles: [ModelProfile] { names.compactMap { providers[$0]?.profile } }

  /// - Parameter name: nil for the default.
  /// - Throws: ``ModelError`` `not_configured`.
  package func provider(_ name: String? = nil) throws(ModelError) -> any ModelProvider {
    if let wanted = name ?? defaultName {
      if let provider = providers[wanted] { return provider }
      throw ModelError(
        .notConfigured, "there is no model provider \"\(wanted.prefix(100))\"",
        hint: Suggestion.hint(wanted, among: names) ?? Self.hint(names))
    }
    throw ModelError(
      .notConfigured,
      isEmpty ? "no model is configured" : "none of the model providers is the default", hint: Self.hint(names))
  }

  /// As ``ModelProvider/recall(_:)``, of every provider.
  package func recall(_ answers: [ModelStart]) {
    if answers.isEmpty { return }
    for provider in providers.values { provider.recall(answers) }
  }

  private static func hint(_ names: [String]) -> String {
    names.isEmpty
      ? "name one under models.providers, or set OPENAI_API_KEY, ANTHROPIC_API_KEY or LLM_BASE_URL"
      : "configured are \(names.joined(separator: ", ")); models.default chooses one"
  }
}
