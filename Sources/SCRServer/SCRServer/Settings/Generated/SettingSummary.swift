import SCRProtocol

/// What is said of a setting in every generated text.
struct SettingSummary {
  let setting: Setting<Settings>
  private static let defaults = Settings(stateDir: "~/.local/state/scr")

  /// In YAML; nil where there is none.
  var defaultText: String? {
    if let computed = setting.traits.computedDefault { return computed }
    let value = setting.read(Self.defaults, "")
    return value.isNull ? nil : YAMLText.flow(value)
  }

  /// A value worth showing: the default if it says something.
  var example: String {
    if let example = setting.traits.example { return YAMLText.flow(example) }
    return YAMLText.flow(setting.read(Self.defaults, ""))
  }

  /// The names by which it can be set from outside a file.
  var names: [String] { [setting.environmentName, setting.traits.flag].compactMap(\.self) }

  var status: String? {
    switch setting.traits.status {
    case .effective: nil
    case .checkedOnly: "Checked, but without effect yet."
    case .refused: "Not supported yet: setting it is an error."
    }
  }

  private var restart: String? { setting.traits.needsRestart ? "A change needs a restart." : nil }

  /// The sentence, and what limits it.
  var sentence: String { [setting.traits.sentence, status, restart].compactMap(\.self).joined(separator: " ") }
}
