import ArgumentParser
import SCRProtocol
import SCRRuntime
import SCRServer

/// `scr models usage`.
struct ModelsUsageCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "usage", abstract: "Show how often models were asked and what it took; works beside a running scr.",
    discussion: """
      Days are those of UTC, today included. Tasks are told apart as long as they are kept; what removed ones and chats took
      stays in the sums of its days for 400 days. A request counts once, whatever it took to get its answer. Amounts need prices (models.providers.NAME.prices); - means none.

      EXAMPLES
        scr models usage
        scr models usage --days 1
        scr models usage --by task --by model
        scr models usage --by day --json | jq '.rows[] | {day, usage}'
      """)

  @Option(help: ArgumentHelp("So many days, today included, 1 to 400.", valueName: "number")) var days = 30

  @Option(
    help: ArgumentHelp(
      "What to tell apart: day, task, role, provider, model. May be given again; provider and model unless given.",
      valueName: "what"), completion: .list(ModelUsageParams.distinctions))
  var by: [String] = []

  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func validate() throws {
    if !(1...400).contains(days) { throw ValidationError("--days is from 1 to 400.") }
    for name in by where !ModelUsageParams.distinctions.contains(name) {
      throw ValidationError("--by is one of \(ModelUsageParams.distinctions.joined(separator: ", ")).")
    }
  }

  func run(in context: CommandContext) async throws -> CommandExit {
    let report = ModelUsageReport(days: days, by: by.isEmpty ? nil : by, now: context.clock.now())
    let ledger =
      try await StoredTasks.read(settings.load(context)) { store in
        try await ModelAccounts.read(since: report.first, from: store)
      } ?? ModelLedger()
    if common.json {
      context.output.result(report.json(ledger))
    } else {
      context.output.result(ModelUsageText.text(report.grouped(ledger), since: report.first))
    }
    return .success
  }
}
