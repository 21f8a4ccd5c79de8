/// Everything that settings depend on, given by the command, so that tests need no real files.
package struct SettingsRequest: Sendable {
  /// The variables of this process.
  package var environment: [String: String]
  /// Absolute.
  package var workingDirectory: String
  /// The file of `--config`.
  package var configFile: String?
  /// Values of flags by their names with dashes (`--state`); names that no setting has are refused.
  package var flags: [String: String]
  /// The absolute path of the running binary, for the tool servers that are part of it.
  package var executable: String
  /// The bytes of a file; nil where there is none.
  package var readFile: @Sendable (String) throws -> [UInt8]?
  /// What is in a folder; nil where there is none, or where it cannot be read.
  package var readFolder: @Sendable (String) -> TextFolder?

  package init(
    environment: [String: String], workingDirectory: String, configFile: String? = nil, flags: [String: String] = [:],
    executable: String, readFile: @escaping @Sendable (String) throws -> [UInt8]?,
    readFolder: @escaping @Sendable (String) -> TextFolder? = { try? TextFolder.read($0) }
  ) {
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.configFile = configFile
    self.flags = flags
    self.executable = executable
    self.readFile = readFile
    self.readFolder = readFolder
  }

  /// Without a slash at its end; nil where the variable is unset or relative.
  var home: String? { absolute("HOME") }

  var systemFile: String { "/etc/scr/scr.yaml" }

  var userFile: String? {
    (absolute("XDG_CONFIG_HOME") ?? home.map { "\($0)/.config" }).map { "\($0)/scr/scr.yaml" }
  }

  var defaultStateDirectory: String? {
    (absolute("XDG_STATE_HOME") ?? home.map { "\($0)/.local/state" }).map { "\($0)/scr" }
  }

  /// `~/x` from the home directory, a relative path from `base`.
  func resolve(_ path: String, from base: String) -> String {
    if path == Settings.inMemory { return path }
    if path == "~" || path.hasPrefix("~/"), let home { return FilePath.clean(home + path.dropFirst()) }
    return FilePath.clean(path.hasPrefix("/") ? path : "\(base)/\(path)")
  }

  private func absolute(_ variable: String) -> String? {
    guard let value = environment[variable], value.hasPrefix("/") else { return nil }
    return FilePath.clean(value)
  }
}
