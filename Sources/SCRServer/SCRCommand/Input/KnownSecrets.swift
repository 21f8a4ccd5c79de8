import SCRServer

/// What must not stand in a file that others get to read: all that tool servers get in their
/// environment, keys of models, and variables that are called as secrets are.
enum KnownSecrets {
  private static let words = ["KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL"]

  /// Blocks.
  static func all(_ loaded: LoadedSettings, _ environment: [String: String]) -> [String] {
    var secrets = environment.filter { isSecret($0.key) }.map(\.value)
    // Whatever they are called: DATABASE_URL has a password in it.
    for server in loaded.servers { secrets += server.env.values }
    for provider in loaded.settings.models.providers.values {
      switch provider.apiKey {
      case .variable(let name): secrets += [environment[name]].compactMap(\.self)
      case .file(let path):
        let home = environment["HOME"] ?? ""
        let bytes = try? DiskFile.read(path.hasPrefix("~/") ? home + path.dropFirst() : path)
        if let bytes { secrets.append(String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self)) }
      case nil: break
      }
    }
    return secrets
  }

  private static func isSecret(_ name: String) -> Bool {
    let name = name.uppercased()
    return words.contains { name.contains($0) }
  }
}
