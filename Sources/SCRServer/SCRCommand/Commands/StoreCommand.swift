import ArgumentParser
import SCRServer

/// `scr store`.
struct StoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "store", abstract: "Check, back up, restore and shrink the databases of the state directory.",
    discussion: """
      EXAMPLES
        scr store check
        scr store backup ~/backups/scr-monday
        scr store restore ~/backups/scr-monday
        scr store vacuum
      """,
    subcommands: [
      StoreCheckCommand.self, StoreBackupCommand.self, StoreRestoreCommand.self, StoreVacuumCommand.self,
    ])

  /// - Throws: ``CommandFailure`` where nothing is kept on a disk.
  static func directory(_ loaded: LoadedSettings) throws(CommandFailure) -> String {
    guard loaded.settings.stateDir != Settings.inMemory else {
      throw .usage("--state :memory: keeps nothing on a disk", hint: "name a state directory")
    }
    return loaded.settings.stateDir
  }

  /// A folder as a person names it, absolute and without slashes at its end.
  static func folder(_ name: String, _ context: CommandContext) -> String {
    var path = name.hasPrefix("/") ? name : "\(context.workingDirectory)/\(name)"
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
  }
}
