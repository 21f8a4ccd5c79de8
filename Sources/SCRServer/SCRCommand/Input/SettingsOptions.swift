import ArgumentParser
import SCRRuntime
import SCRServer

/// What every command understands that reads the configuration.
struct SettingsOptions: ParsableArguments, Sendable {
  @Option(
    name: .customLong("config"), help: ArgumentHelp("Read this configuration file too.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml", "json"]))
  var configFile: String?

  @Option(
    help: ArgumentHelp("Keep tasks and memory here; :memory: keeps nothing.", valueName: "dir"), completion: .directory)
  var state: String?

  @Option(
    help: ArgumentHelp("What is logged: trace, debug, info, notice, warning, error, critical.", valueName: "level"))
  var logLevel: String?

  @Option(
    help: ArgumentHelp("Append log lines to this file instead of stderr.", valueName: "file"), completion: .file())
  var logFile: String?

  /// - Parameter more: flags of one command alone, by their names with dashes.
  /// - Throws: ``CommandFailure`` with exit code 2 and every problem of every file.
  func load(_ context: CommandContext, more: [String: String] = [:]) throws(CommandFailure) -> LoadedSettings {
    var flags = more
    flags["--state"] = state
    flags["--log-level"] = logLevel
    flags["--log-file"] = logFile
    return try LoadedSettings.load(configFile: configFile, flags: flags, context)
  }
}

extension LoadedSettings {
  /// - Parameter flags: values by the names of the flags with their dashes.
  /// - Throws: ``CommandFailure`` with exit code 2 and every problem of every file.
  static func load(
    configFile: String?, flags: [String: String], _ context: CommandContext
  ) throws(CommandFailure) -> LoadedSettings {
    let request = SettingsRequest(
      environment: context.environment, workingDirectory: context.workingDirectory, configFile: configFile,
      flags: flags, executable: context.executable, readFile: { try DiskFile.read($0) })
    do { return try SettingsLoader.load(request) } catch { throw CommandFailure(error) }
  }
}

extension Output {
  /// One line each, whatever names the files have in them.
  func notices(_ loaded: LoadedSettings) {
    for notice in loaded.notices { note("note: \(TerminalText.visible(notice.description))") }
  }
}

extension CommandFailure {
  /// What is wrong with files and settings that a person wrote.
  init(_ error: SourceError) {
    self.init(.usage, kind: "configuration", error.description)
  }
}
