import SCRProtocol

/// Records of what goes over the pipes.
package struct MirrorSettings: Sendable, Hashable {
  package var dir: String?
  package var maxBytes = 64 << 20

  static let settings: [Setting<MirrorSettings>] = [
    Setting(
      "dir", \.dir, .path,
      "Every message to and from hosts and tool servers is recorded in files here, secrets masked.",
      flag: "--mirror", consent: .required, needsRestart: true, example: "~/scr-mirror"),
    Setting(
      "maxBytes", \.maxBytes, .integer(4096...(1 << 40)),
      "What one process records at most, over all its files; nothing more is recorded then.", needsRestart: true),
  ]
}
