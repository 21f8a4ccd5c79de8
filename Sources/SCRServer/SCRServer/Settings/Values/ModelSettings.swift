import SCRProtocol

/// Language models (interface.md §6).
package struct ModelSettings: Sendable, Hashable {
  package var `default`: String?
  package var providers: [String: ModelProviderEntry] = [:]
  package var retryBudget = 50
  package var breakerFailures = 5
  package var breakerCooldownMs = 30_000
  package var cacheEntries = 1000
  package var cacheTtlMs = 3_600_000

  package init() {}

  static let settings: [Setting<ModelSettings>] =
    [
      Setting(
        "default", \.default, .string, "The provider that is used where none is named.", consent: .required,
        needsRestart: true, computedDefault: "the only one, else the first that the environment names",
        example: "example"),
      Setting(
        "retryBudget", \.retryBudget, .integer(0...100_000),
        "Requests within a minute that repeat others, at the same or another provider.", consent: .required,
        needsRestart: true),
      Setting(
        "breakerFailures", \.breakerFailures, .integer(1...1000),
        "Failures in a row after which a provider rests.", consent: .required, needsRestart: true),
      Setting(
        "breakerCooldownMs", \.breakerCooldownMs, .duration, "How long it rests before one request tries it again.",
        consent: .required, needsRestart: true),
      Setting(
        "cacheEntries", \.cacheEntries, .integer(0...100_000),
        "Answers that are kept for equal requests which ask for the same answer each time.", consent: .required,
        needsRestart: true),
      Setting(
        "cacheTtlMs", \.cacheTtlMs, .duration, "How long they are kept.", consent: .required, needsRestart: true),
    ]
    + Setting.records(
      "providers", \.providers, empty: { ModelProviderEntry() }, ModelProviderEntry.settings)
}

package struct ModelProviderEntry: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable, CaseIterable { case openai, anthropic, ollama, scripted }
  package enum Interface: String, Sendable, Hashable, CaseIterable { case chat, responses, generate }

  package var kind: Kind?
  package var baseURL: String?
  package var interface = Interface.chat
  package var model: String?
  package var apiKey: KeyReference?
  package var script: String?
  package var connectTimeoutMs = 10_000
  package var firstByteTimeoutMs = 120_000
  package var idleTimeoutMs = 60_000
  package var totalTimeoutMs = 600_000
  package var maxConcurrent = 8
  package var attempts = 3
  package var numCtx = 8192
  package var contextTokens: Int?
  package var failover: [String] = []
  package var standIn: String?
  package var prices: [ModelPrice] = []

  package init() {}

  static let settings: [Setting<ModelProviderEntry>] =
    reach + patience + [
      Setting(
        "failover", \.failover, .strings,
        "Providers that are asked, in this order, when this one cannot be reached, is overloaded or has no paid use left.",
        consent: .required, needsRestart: true, example: ["example"]),
      Setting(
        "standIn", \.standIn, .string,
        "The provider that answers when all of these fail; its answers are marked as degraded. Without it they fail.",
        consent: .required, needsRestart: true, example: "example"),
      Setting(
        "prices", \.prices, .prices,
        "US dollars per million tokens, each from a day on: models (a pattern), from, input, output, cachedInput, cacheWrite.",
        consent: .required, needsRestart: true,
        example: [["models": "*", "from": "2026-01-01", "input": 0.15, "output": 0.6]]),
    ]

  private static let reach: [Setting<ModelProviderEntry>] = [
    Setting(
      "kind", \.kind, .word, "The interface it speaks; everything compatible with OpenAI is `openai`.",
      consent: .required, needsRestart: true, example: "openai"),
    Setting(
      "baseURL", \.baseURL, .httpURL, "Where it is reached.", consent: .required, needsRestart: true,
      computedDefault: "the kind's usual address", example: "http://127.0.0.1:11434/v1"),
    Setting(
      "interface", \.interface, .word,
      "Of `openai`: `chat` or `responses`. Of `ollama`: `chat`, or `generate` for models that only complete texts.",
      consent: .required, needsRestart: true),
    Setting(
      "model", \.model, .string, "The model's name.", consent: .required, needsRestart: true, example: "llama3.1"),
    Setting(
      "contextTokens", \.contextTokens, .integer(256...10_000_000),
      "Tokens of prompt and answer together that the model takes; agents' conversations are kept within it.",
      consent: .required, needsRestart: true, computedDefault: "`numCtx` for `ollama`, else nothing is known",
      example: 32768),
    Setting(
      "apiKey", \.apiKey, .key, "Names the environment variable, or the file, that holds the key.",
      consent: .required, needsRestart: true, example: ["env": "OPENAI_API_KEY"]),
    Setting(
      "script", \.script, .path, "The turns of a `scripted` provider.", consent: .required, needsRestart: true,
      example: "examples/scripts/review.yaml"),
  ]

  /// Tokens of prompt and answer together that its model takes; nil where nobody says.
  package var window: Int? { kind == .ollama ? contextTokens.map { min($0, numCtx) } ?? numCtx : contextTokens }

  private static let patience: [Setting<ModelProviderEntry>] = [
    Setting(
      "connectTimeoutMs", \.connectTimeoutMs, .duration, "How long a connection may take.", consent: .required,
      needsRestart: true),
    Setting(
      "firstByteTimeoutMs", \.firstByteTimeoutMs, .duration,
      "How long it may take to begin an answer; loading a model counts.", consent: .required, needsRestart: true),
    Setting(
      "idleTimeoutMs", \.idleTimeoutMs, .duration, "How long it may be silent in the middle of an answer.",
      consent: .required, needsRestart: true),
    Setting(
      "totalTimeoutMs", \.totalTimeoutMs, .duration, "How long one answer may take.", consent: .required,
      needsRestart: true),
    Setting(
      "maxConcurrent", \.maxConcurrent, .integer(1...1024), "Requests that it gets at the same time.",
      consent: .required, needsRestart: true),
    Setting(
      "attempts", \.attempts, .integer(1...20), "Tries of one request, while a failure may pass.", consent: .required,
      needsRestart: true),
    Setting(
      "numCtx", \.numCtx, .integer(256...10_000_000),
      "Of `ollama`: tokens of prompt and answer that it makes room for. A prompt that does not fit fails.",
      consent: .required, needsRestart: true),
  ]
}
