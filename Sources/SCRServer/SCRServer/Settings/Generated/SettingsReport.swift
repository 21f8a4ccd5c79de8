package import SCRProtocol

/// What `scr config show` prints: every value in effect and where it came from. Secrets are left out.
package struct SettingsReport: Sendable, Hashable {
  package struct Row: Sendable, Hashable {
    package let path: String
    package let value: JSONValue
    package let origin: SourceOrigin
  }

  package let rows: [Row]

  package init(_ loaded: LoadedSettings) {
    rows = Settings.catalogue.flatMap { setting -> [Row] in
      guard let star = setting.path.firstIndex(of: "*") else { return [Self.row(setting, "", setting.path, loaded)] }
      let prefix = setting.path[..<star]
      let suffix = setting.path[setting.path.index(after: star)...]
      let written = loaded.origins.keys.filter { path in
        path.hasPrefix(prefix) && path.hasSuffix(suffix)
          && RecordName.isValid(String(path.dropFirst(prefix.count).dropLast(suffix.count)))
      }
      return written.sorted().map { path in
        Self.row(setting, String(path.dropFirst(prefix.count).dropLast(suffix.count)), path, loaded)
      }
    }
  }

  private static func row(
    _ setting: Setting<Settings>, _ record: String, _ path: String, _ loaded: LoadedSettings
  ) -> Row {
    let value = setting.read(loaded.settings, record)
    return Row(path: path, value: Redaction.redact(value), origin: loaded.origins[path] ?? .standard)
  }

  /// One line per setting: `queue.maxSize = 10000  (default)`.
  package var text: String {
    rows.map { "\($0.path) = \($0.value.isNull ? "(none)" : YAMLText.flow($0.value))  (\($0.origin))\n" }.joined()
  }

  /// An array of `{path, value, origin}`.
  package var json: JSONValue {
    .array(rows.map { ["path": .string($0.path), "value": $0.value, "origin": .string($0.origin.description)] })
  }
}

/// Keeps values that look like secrets out of what is shown.
package enum Redaction {
  private static let words = ["key", "token", "secret", "passw", "credential", "auth", "cookie", "session"]

  /// Whether a variable or header of this name holds something that must not be shown.
  package static func isSecret(_ name: String) -> Bool {
    let name = name.lowercased()
    return words.contains { name.contains($0) }
  }

  /// Replaces the texts of such members; references to variables stay.
  package static func redact(_ value: JSONValue) -> JSONValue {
    guard let object = value.objectValue else { return value }
    return .object(
      JSONObject(
        object.map { field in
          let isHidden = isSecret(field.key) && field.value.stringValue != nil
          return JSONField(key: field.key, value: isHidden ? "<redacted>" : field.value)
        }))
  }
}
