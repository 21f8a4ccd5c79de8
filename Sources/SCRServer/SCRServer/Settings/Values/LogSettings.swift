import SCRProtocol

package struct LogSettings: Sendable, Hashable {
  package enum Level: String, Sendable, Hashable, CaseIterable {
    case trace, debug, info, notice, warning, error, critical
  }

  package enum Format: String, Sendable, Hashable, CaseIterable { case text, json }

  package var level = Level.notice
  package var format = Format.text
  package var file: String?

  static let settings: [Setting<LogSettings>] = [
    Setting("level", \.level, .word, "What is logged: this level and above.", flag: "--log-level"),
    Setting("format", \.format, .word, "How a line of the log looks.", needsRestart: true),
    Setting(
      "file", \.file, .path, "Log lines are appended to this file instead of going to stderr.", flag: "--log-file",
      consent: .required, needsRestart: true, computedDefault: "stderr", example: "/var/log/scr.log"),
  ]
}
