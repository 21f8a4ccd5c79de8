import ArgumentParser
import SCRProtocol
import SCRRuntime
import SCRServer

/// `scr schedules`.
struct SchedulesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schedules", abstract: "Let tasks be submitted again and again; list, pause or remove what does.",
    discussion: """
      EXAMPLES
        scr schedules put nightly --cron '0 3 * * *' --zone Europe/Berlin --plan report.yaml
        scr schedules list
        scr schedules pause nightly
      """,
    subcommands: [
      SchedulesListCommand.self, SchedulesPutCommand.self, SchedulesPauseCommand.self, SchedulesResumeCommand.self,
      SchedulesRemoveCommand.self,
    ])
}

/// `scr schedules list`.
struct SchedulesListCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the schedules; works beside a running scr.",
    discussion: """
      EXAMPLES
        scr schedules list
        scr schedules list --json | jq '.schedules[].nextAt'
      """)

  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func run(in context: CommandContext) async throws -> CommandExit {
    let found =
      try await StoredTasks.read(settings.load(context)) { try await TaskSchedule.all(in: $0) } ?? (
        schedules: [], damaged: []
      )
    if common.json {
      context.output.result(ScheduleProjection.list(found.schedules, damaged: found.damaged))
    } else {
      context.output.result(ScheduleText.list(found.schedules))
      for name in found.damaged { context.output.note("\(TerminalText.clean(name)) cannot be read") }
    }
    return .success
  }
}

/// Schedules in words for people.
enum ScheduleText {
  static func list(_ schedules: [TaskSchedule]) -> String {
    if schedules.isEmpty { return "no schedules" }
    var table = TextTable("SCHEDULE", "WHEN", "ZONE", "NEXT", "LAST", "RUNS", "SKIPPED")
    for schedule in schedules {
      table.add(
        schedule.name, when(schedule), schedule.zone, next(schedule), schedule.lastAt?.description ?? "",
        "\(schedule.runs)", "\(schedule.skipped)")
    }
    return table.text
  }

  /// One schedule as ``ScheduleProjection/json(_:)`` has it.
  static func line(_ schedule: JSONValue) -> String {
    let interval = schedule["everyMs"]?.integerValue.map { "every \(DurationText.format(.milliseconds($0)))" }
    let when = schedule["cron"]?.stringValue.map(TerminalText.clean) ?? interval ?? ""
    let next =
      schedule["problem"]?.stringValue.map { "stopped: \(TerminalText.clean($0))" }
      ?? (schedule["paused"] == true ? "paused" : schedule["nextAt"]?.stringValue ?? "never")
    return "\(schedule["name"]?.stringValue ?? "") \(when): \(next)"
  }

  static func when(_ schedule: TaskSchedule) -> String {
    switch schedule.timing {
    case .cron(let text): TerminalText.clean(text)
    case .every(let interval, _): "every \(DurationText.format(interval))"
    }
  }

  static func next(_ schedule: TaskSchedule) -> String {
    if let problem = schedule.problem { return "stopped: \(TerminalText.clean(problem))" }
    return schedule.isPaused ? "paused" : schedule.nextAt?.description ?? "never"
  }
}
