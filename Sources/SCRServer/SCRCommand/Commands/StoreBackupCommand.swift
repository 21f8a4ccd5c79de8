import ArgumentParser
import SCRProtocol
import SCRRuntime
import SCRServer
import SCRStore

/// `scr store backup`.
struct StoreBackupCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Copy the databases into a new folder; works beside a running scr.",
    discussion: """
      Each database is copied as of one moment, the copy is looked at, and only then gets the folder's name. Trust and
      artifacts are not in it. Exit 1 if rows are damaged in the copy as they are in the store; the copy is kept then.

      EXAMPLES
        scr store backup ~/backups/scr-monday
        scr store backup --state /srv/scr "/backups/scr-$(date +%F)" --json
      """)

  @Argument(help: "The folder to make; it must not exist.", completion: .directory) var folder: String
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func run(in context: CommandContext) async throws -> CommandExit {
    let directory = try StoreCommand.directory(settings.load(context))
    let target = StoreCommand.folder(folder, context)
    let backup: StoreBackup
    do { backup = try await StoreBackup.make(of: directory, in: target) } catch {
      if error.code == .exists { throw CommandFailure.usage(error.message, hint: "name one that does not exist") }
      throw error
    }
    if common.json {
      var fields = StoreReportText.fields(backup.report)
      fields["backup"] = .string(target)
      context.output.result(.object(fields))
    } else {
      context.output.result("\(target)\n\(StoreReportText.text(backup.report))")
    }
    return backup.report.isGood ? .success : .failed
  }
}
