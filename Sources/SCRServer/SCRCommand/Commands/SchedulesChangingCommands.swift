import ArgumentParser
import SCRProtocol
import SCRRuntime
import SCRServer

/// `scr schedules pause`.
struct SchedulesPauseCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "pause", abstract: "Pause a schedule; ticks that pass meanwhile are left out.",
    discussion: """
      EXAMPLES
        scr schedules pause nightly
      """)

  @Argument(help: "The schedule's name.") var name: String
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func run(in context: CommandContext) async throws -> CommandExit {
    try await ScheduleChange.run(settings, common, context) { [name] in try await $0.pauseSchedule(name, true) }
  }
}

/// `scr schedules resume`.
struct SchedulesResumeCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Let a paused schedule go on with its next tick.",
    discussion: """
      EXAMPLES
        scr schedules resume nightly
      """)

  @Argument(help: "The schedule's name.") var name: String
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func run(in context: CommandContext) async throws -> CommandExit {
    try await ScheduleChange.run(settings, common, context) { [name] in try await $0.pauseSchedule(name, false) }
  }
}

/// `scr schedules remove`.
struct SchedulesRemoveCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Remove a schedule; tasks that it submitted stay.",
    discussion: """
      EXAMPLES
        scr schedules remove nightly
      """)

  @Argument(help: "The schedule's name.") var name: String
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func run(in context: CommandContext) async throws -> CommandExit {
    try await ScheduleChange.run(settings, common, context) { [name] runtime in
      try await runtime.removeSchedule(name)
      return nil
    }
  }
}

/// One change of a schedule, by whoever has the state directory for itself.
enum ScheduleChange {
  static func run(
    _ settings: SettingsOptions, _ common: CommonOptions, _ context: CommandContext,
    _ change: @Sendable (CognitiveRuntime) async throws -> TaskSchedule?
  ) async throws -> CommandExit {
    let schedule = try await StateOwner.run(settings, in: context, change)
    report(schedule, common, context.output)
    return .success
  }

  static func report(_ schedule: TaskSchedule?, _ common: CommonOptions, _ output: Output) {
    guard let schedule else { return output.result(common.json ? "{}" : "removed") }
    if common.json {
      output.result(ScheduleProjection.json(schedule))
    } else {
      output.result("\(schedule.name) \(ScheduleText.when(schedule)): \(ScheduleText.next(schedule))")
    }
  }
}
