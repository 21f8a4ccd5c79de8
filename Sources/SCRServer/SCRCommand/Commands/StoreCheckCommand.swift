import ArgumentParser
import SCRProtocol
import SCRServer
import SCRStore

/// `scr store check`.
struct StoreCheckCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Look at every page and row of the store; works beside a running scr.",
    discussion: """
      Reads the databases and their logs and changes nothing. Exit 1 if anything is damaged, naming the rows; 5 if there is
      nothing to check or it cannot be opened.

      EXAMPLES
        scr store check
        scr store check --state /srv/scr --json | jq '.files[].problems[]'
        scr store check --state ~/backups/scr-monday
      """)

  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func run(in context: CommandContext) async throws -> CommandExit {
    let report = try await StoreCheck.run(StoreCommand.directory(settings.load(context)))
    context.output.result(report, asJSON: common.json)
    return report.isGood ? .success : .failed
  }
}

extension Output {
  func result(_ report: StoreReport, asJSON: Bool) {
    if asJSON { result(StoreReportText.json(report)) } else { result(StoreReportText.text(report)) }
  }
}
