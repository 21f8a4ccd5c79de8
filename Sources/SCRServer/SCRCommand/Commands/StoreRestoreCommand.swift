import ArgumentParser
import SCRProtocol
import SCRRuntime
import SCRServer
import SCRStore

/// `scr store restore`.
struct StoreRestoreCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Put a backup in the place of the store; needs the state directory for itself.",
    discussion: """
      The backup is looked at first. The databases that are replaced are kept beside as *.replaced-<time>; remove them when
      you no longer want them. Interrupted, it leaves a state directory that says so and waits for it to be run again.

      EXAMPLES
        scr store restore ~/backups/scr-monday
        scr store restore --state /srv/scr /backups/scr-2026-11-24
      """)

  @Argument(help: "The folder of a backup.", completion: .directory) var folder: String
  @Flag(help: "Restore a backup in which single rows cannot be read.") var acceptDamagedRows = false
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func run(in context: CommandContext) async throws -> CommandExit {
    let directory = try StoreCommand.directory(settings.load(context))
    let restore: StoreRestore
    do {
      restore = try await StoreRestore.run(
        from: StoreCommand.folder(folder, context), into: directory, at: context.clock.now(),
        acceptsDamagedRows: acceptDamagedRows)
    } catch {
      // The backup that was named is at fault, not the store.
      if error.code == .noBackup { throw CommandFailure.usage(error.message) }
      if error.code == .badBackup { throw CommandFailure.failed(.storeUnavailable, error.message) }
      throw error
    }
    if common.json {
      var fields = StoreReportText.fields(restore.report)
      fields["restored"] = .string(directory)
      fields["kept"] = .array(restore.kept.map { .string($0) })
      context.output.result(.object(fields))
    } else {
      context.output.result("restored into \(directory)\n\(StoreReportText.text(restore.report))")
      for name in restore.kept { context.output.note("kept: \(directory)/\(name)") }
    }
    return .success
  }
}
