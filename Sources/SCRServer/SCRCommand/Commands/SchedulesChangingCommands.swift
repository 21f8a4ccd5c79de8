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
    try await ScheduleChange.run(settings, common, context) { [name] in
      ScheduleProjection.json(try await $0.pauseSchedule(name, true))
    } beside: { [name] in
      try await $0.call("pause_schedule", ["name": .string(name)])
    }
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
    try await ScheduleChange.run(settings, common, context) { [name] in
      ScheduleProjection.json(try await $0.pauseSchedule(name, false))
    } beside: { [name] in
      try await $0.call("resume_schedule", ["name": .string(name)])
    }
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
    } beside: { [name] in
      _ = try await $0.call("remove_schedule", ["name": .string(name)])
      return nil
    }
  }
}

/// One change of a schedule, by whoever has the state directory for itself, or by its owner.
enum ScheduleChange {
  /// - Parameters:
  ///   - change: gives the schedule as ``ScheduleProjection/json(_:)``; nil if it is gone.
  ///   - ask: the same through the owner.
  static func run(
    _ settings: SettingsOptions, _ common: CommonOptions, _ context: CommandContext,
    _ change: @Sendable (CognitiveRuntime) async throws -> JSONValue?,
    beside ask: @Sendable (OwnerClient) async throws -> JSONValue?
  ) async throws -> CommandExit {
    let schedule = try await StateOwner.run(settings, in: context, change, beside: ask)
    report(schedule, common, context.output)
    return .success
  }

  static func report(_ schedule: JSONValue?, _ common: CommonOptions, _ output: Output) {
    guard let schedule else { return output.result(common.json ? "{}" : "removed") }
    if common.json { output.result(schedule) } else { output.result(ScheduleText.line(schedule)) }
  }
}
