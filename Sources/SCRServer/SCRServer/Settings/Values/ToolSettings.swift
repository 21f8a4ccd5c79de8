import SCRProtocol

package struct ToolSettings: Sendable, Hashable {
  /// Globs over qualified names; they add to the read-only tools and the task verbs.
  package var allow: [String] = []
  package var deny: [String] = []
  package var maxResultBytes = 1 << 20
  package var callTimeoutMs = 60_000

  static let settings: [Setting<ToolSettings>] = [
    Setting(
      "allow", \.allow, .strings,
      "Patterns of tools that may be called besides the read-only tools and the task verbs, which always may.",
      consent: .required, example: ["filesystem.*", "calculator"]),
    Setting(
      "deny", \.deny, .strings, "Patterns of tools that may not be called, whatever `allow` says.", consent: .required,
      example: ["*.write_*"]),
    Setting("maxResultBytes", \.maxResultBytes, .integer(1024...(64 << 20)), "The largest result of a tool."),
    Setting("callTimeoutMs", \.callTimeoutMs, .duration, "How long one call of a tool may take."),
  ]
}
