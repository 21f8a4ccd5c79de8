import ArgumentParser
import SCRProtocol
import SCRRuntime
import SCRServer

/// `scr queue`.
struct QueueCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "queue", abstract: "Look at the queue of the state directory, pause, drain, clear or limit it.",
    discussion: """
      EXAMPLES
        scr queue stats
        scr queue pause --class reports --until 2026-11-24T06:00:00Z
        scr queue limits reports --max-concurrent 2 --rate-per-minute 30
      """,
    subcommands: [
      QueueStatsCommand.self, QueuePauseCommand.self, QueueResumeCommand.self, QueueClearCommand.self,
      QueueDrainCommand.self, QueueWeightsCommand.self, QueueLimitsCommand.self,
    ])
}

/// What the commands about the queue take.
struct QueueOptions: ParsableArguments, Sendable {
  @Option(name: .customLong("class"), help: ArgumentHelp("Only this queue class.", valueName: "name"))
  var taskClass: String?
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions

  var scope: QueueScope { QueueScope(taskClass) }
  /// For the native methods.
  var params: JSONObject { JSONObject().adding("class", taskClass.map { .string($0) }) }
  var words: String { taskClass.map { "the class \($0)" } ?? "the queue" }
}

/// A moment on the command line.
struct MomentOption: ExpressibleByArgument, Sendable {
  let moment: Timestamp
  var json: JSONValue { .string(moment.description) }

  init?(argument: String) {
    guard let moment = Timestamp(argument) else { return nil }
    self.moment = moment
  }
}

/// `scr queue stats`.
struct QueueStatsCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "stats", abstract: "Tell what waits and what holds it; works beside a running scr.",
    discussion: """
      What runs and what was accepted or refused is known to the scr that works the queue off: ask it for queue_stats.

      EXAMPLES
        scr queue stats
        scr queue stats --class reports --json
      """)

  @OptionGroup var options: QueueOptions
  var wantsJSON: Bool { options.common.json }

  func run(in context: CommandContext) async throws -> CommandExit {
    let loaded = try options.settings.load(context)
    let configuration = RuntimeHost.configuration(loaded, in: context)
    let stored = try await StoredTasks.read(loaded) { store in
      try await QueueStatus.stored(in: store, configuration, only: options.taskClass, clock: context.clock)
    }
    let status = stored ?? QueueStatus(emptyFor: configuration)
    if options.common.json {
      context.output.result(QueueProjection.json(status, now: context.clock.now()))
    } else {
      context.output.result(QueueText.stats(status, now: context.clock.now()))
    }
    return .success
  }
}
