import SCRProtocol
import SCRServer

/// A machine with the home `/people/ada`, on which somebody starts `/usr/bin/scr` in `/src/project`.
struct Machine {
  var files: [String: String] = [:]
  var environment = ["HOME": "/people/ada"]
  var workingDirectory = "/src/project"
  var configFile: String?
  var flags: [String: String] = [:]

  static let systemFile = "/etc/scr/scr.yaml"
  static let userFile = "/people/ada/.config/scr/scr.yaml"
  static let localFile = "/src/project/scr.yaml"
  static let mcpFile = "/src/project/.mcp.json"
  static let trustFile = "/people/ada/.local/state/scr/trust.json"

  func load() throws(SourceError) -> LoadedSettings {
    let files = files
    return try SettingsLoader.load(
      SettingsRequest(
        environment: environment, workingDirectory: workingDirectory, configFile: configFile, flags: flags,
        executable: "/usr/bin/scr", readFile: { files[$0].map { Array($0.utf8) } }))
  }

  /// The lines of the error that loading must give.
  func problems() -> [String] {
    do {
      _ = try load()
      return []
    } catch { return error.problems.map(\.description) }
  }
}

func place(_ file: String, _ line: Int, _ column: Int) -> SourceOrigin {
  .file(SourceLocation(file: file, line: line, column: column))
}
