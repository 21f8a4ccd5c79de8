import SCRProtocol
package import SCRRuntime

package struct MemorySettings: Sendable, Hashable {
  package enum Backend: String, Sendable, Hashable, CaseIterable {
    case sqlite
    case memory
  }

  package var enabled = true
  package var backend = Backend.sqlite
  /// Nil for the state directory.
  package var path: String?
  package var maxRecords = 100_000
  package var maxBytes = 256 << 20
  package var ttlMs = 0
  package var taskTtlMs = 0
  package var embeddings = EmbeddingSettings()

  /// Ten years.
  private static let time = SettingKind.integer(0...315_360_000_000)

  static let settings: [Setting<MemorySettings>] =
    [
      Setting(
        "enabled", \.enabled, .bool, "Whether anything is remembered beyond the tasks themselves.", needsRestart: true),
      Setting(
        "backend", \.backend, .memoryBackend,
        "`sqlite`, or `memory` for what ends with the process. The prototype's `dets` and `ets` mean the same.",
        needsRestart: true),
      Setting(
        "path", \.path, .path, "The folder that memory.sqlite lies in, for one `scr` at a time.", consent: .required,
        needsRestart: true, computedDefault: "the state directory", example: "~/scr-memory"),
      Setting(
        "maxRecords", \.maxRecords, .integer(1...100_000_000),
        "Records that a namespace holds; at the limit the unpinned ones that were written longest ago go.",
        needsRestart: true),
      Setting(
        "maxBytes", \.maxBytes, .integer(1 << 20...1 << 40), "The same in bytes of texts and values.",
        needsRestart: true),
      Setting(
        "ttlMs", \.ttlMs, time,
        "How long records are kept that come without a time of their own; 0 while there is room."),
      Setting(
        "taskTtlMs", \.taskTtlMs, time, "How long it is remembered what tasks came to; 0 while there is room.",
        needsRestart: true),
    ] + Setting.section("embeddings", \.embeddings, EmbeddingSettings.settings)

  package var quota: MemoryQuota { MemoryQuota(records: maxRecords, bytes: maxBytes) }
  package var life: Duration? { ttlMs > 0 ? .milliseconds(ttlMs) : nil }

  package func rules(stateDir: String) -> MemoryRules {
    MemoryRules(
      isEnabled: enabled, taskLife: taskTtlMs > 0 ? .milliseconds(taskTtlMs) : nil, life: life,
      // A memory that has its own place may have served other state directories.
      mark: path == nil ? "events" : "events:\(stateDir)", gathering: .milliseconds(250))
  }
}

/// Vectors by which memory is searched for what means the same.
package struct EmbeddingSettings: Sendable, Hashable {
  package var provider: String?
  package var model: String?

  package init(provider: String? = nil, model: String? = nil) {
    self.provider = provider
    self.model = model
  }

  static let settings: [Setting<EmbeddingSettings>] = [
    Setting(
      "provider", \.provider, .string,
      "The provider under models.providers that gets the texts of memory and gives their vectors; of kind `openai` or `ollama`.",
      consent: .required, needsRestart: true, computedDefault: "none: memory is searched by words", example: "example"),
    Setting(
      "model", \.model, .string, "Its model for vectors.", consent: .required, needsRestart: true,
      example: "nomic-embed-text"),
  ]
}

extension SettingKind where Value == MemorySettings.Backend {
  /// The words of the prototype are taken as well.
  fileprivate static var memoryBackend: SettingKind {
    let word = SettingKind.word
    return SettingKind(
      label: word.label, parse: word.parse,
      decode: { json throws(SettingComplaint) in
        switch json.stringValue {
        case "dets": return .sqlite
        case "ets": return .memory
        case "postgres":
          throw SettingComplaint(.outOfRange, "there is no memory in Postgres any more", hint: "use sqlite")
        default: return try word.decode(json)
        }
      }, encode: word.encode)
  }
}
