import SCRProtocol

/// Language models (interface.md §6). Read and checked; goals that need a model are refused until providers exist.
package struct ModelSettings: Sendable, Hashable {
  package var `default`: String?
  package var providers: [String: ModelProviderEntry] = [:]

  static let settings: [Setting<ModelSettings>] =
    [
      Setting(
        "default", \.default, .string, "The provider that is used where none is named.", consent: .required,
        status: .checkedOnly, example: "example")
    ]
    + Setting.records(
      "providers", \.providers, empty: { ModelProviderEntry() }, ModelProviderEntry.settings)
}

package struct ModelProviderEntry: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable, CaseIterable { case openai, anthropic, ollama, scripted }

  package var kind: Kind?
  package var baseURL: String?
  package var model: String?
  package var apiKey: SecretReference?
  package var script: String?

  package init() {}

  static let settings: [Setting<ModelProviderEntry>] = [
    Setting(
      "kind", \.kind, .word, "The interface it speaks.", consent: .required, status: .checkedOnly, example: "openai"),
    Setting(
      "baseURL", \.baseURL, .httpURL, "Where it is reached.", consent: .required, status: .checkedOnly,
      computedDefault: "the kind's usual address", example: "http://127.0.0.1:11434/v1"),
    Setting(
      "model", \.model, .string, "The model's name.", consent: .required, status: .checkedOnly, example: "llama3.1"),
    Setting(
      "apiKey", \.apiKey, .secret, "Names the environment variable that holds the key.", consent: .required,
      status: .checkedOnly, example: ["env": "OPENAI_API_KEY"]),
    Setting(
      "script", \.script, .path, "The turns of a `scripted` provider.", consent: .required, status: .checkedOnly,
      example: "examples/scripts/review.yaml"),
  ]
}
