import ArgumentParser
import SCRProtocol
import SCRRuntime
import SCRServer

/// `scr schedules put`.
struct SchedulesPutCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "put", abstract: "Add a schedule, or replace the one of its name.",
    discussion: """
      Its tasks are submitted while scr serve runs in this folder. What was missed meanwhile is dealt with at its next
      start: once, unless --missed says otherwise.

      EXAMPLES
        scr schedules put nightly --cron '0 3 * * *' --zone Europe/Berlin --plan report.yaml
        scr schedules put pulse --every 5m --plan check.yaml --input host=db1 --missed skip --overlap allow
        scr schedules put catchup --cron '@hourly' --plan load.yaml --missed all:24
      """)

  @Argument(help: "Its name: letters, digits, dots, dashes and underscores.") var name: String
  @Option(help: ArgumentHelp("Five fields as cron reads them, or @daily and the like.", valueName: "fields"))
  var cron: String?
  @Option(help: ArgumentHelp("The interval, for example 5m.", valueName: "time")) var every: String?
  @Option(help: ArgumentHelp("The time zone of --cron; UTC unless given.", valueName: "zone")) var zone = "UTC"
  @Option(help: ArgumentHelp("Ticks that passed while nobody was there: skip, once or all:N.", valueName: "rule"))
  var missed = "once"
  @Option(
    help: ArgumentHelp("Ticks while an earlier task has not ended: skip or allow.", valueName: "rule"),
    completion: .list(["skip", "allow"]))
  var overlap = "skip"
  @Option(help: ArgumentHelp("The plan to run, YAML or JSON; - is stdin.", valueName: "file"), completion: .file())
  var plan: String
  @Option(
    help: ArgumentHelp("A value for the plan: name=text or name:=json. May be given again.", valueName: "name=value"))
  var input: [String] = []
  @Option(name: .customLong("class"), help: ArgumentHelp("The queue class of its tasks.", valueName: "class"))
  var taskClass = "default"
  @Flag(help: "Do not begin yet.") var paused = false
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func validate() throws {
    if (cron == nil) == (every == nil) { throw ValidationError("Give one of --cron and --every.") }
    if TaskSchedule.Overlap(rawValue: overlap) == nil { throw ValidationError("--overlap is skip or allow.") }
    if Self.rule(missed) == nil {
      throw ValidationError("--missed is skip, once, or all:N with N from 1 to \(MissedRuns.limits.upperBound).")
    }
  }

  func run(in context: CommandContext) async throws -> CommandExit {
    let file = try PlanFile.read(plan, context)
    let inputs = try InputAssignment.parse(input)
    let interval = try every.map { text throws(CommandFailure) in try DurationText.parse(text, option: "--every") }
    let loaded = try settings.load(context)
    let workspace = loaded.settings.workspaceRoot ?? context.workingDirectory
    let rule = Self.rule(missed) ?? .once
    let stored: JSONValue
    switch try await StateOwner.stand(loaded, in: context) {
    case .client(let owner):
      defer { owner.close() }
      try owner.checkWorkspace(workspace)
      var params: JSONObject = [
        "name": .string(name), "zone": .string(zone), "missed": rule.json, "overlap": .string(overlap),
        "paused": .bool(paused),
        "task": ["plan": file.document.value, "inputs": .object(inputs), "class": .string(taskClass)],
      ]
      params["cron"] = cron.map { .string($0) }
      params["everyMs"] = interval.map { .integer($0.milliseconds) }
      stored = try await owner.call("put_schedule", params)
    case .owner(let directory):
      let host = try await RuntimeHost.open(
        loaded, owning: directory, log: CommandLog.quiet(loaded, clock: context.clock), in: context)
      let now = context.clock.now()
      var template = ScheduleTemplate(plan: file.document.value)
      template.inputs = inputs
      template.taskClass = taskClass
      var schedule = TaskSchedule(
        name: name, timing: interval.map { .every($0, anchor: now) } ?? .cron(cron ?? ""), template: template,
        workspaceRoot: host.runtime.configuration.workspaceRoot, created: now)
      schedule.zone = zone
      schedule.missed = rule
      schedule.overlap = TaskSchedule.Overlap(rawValue: overlap) ?? .skip
      schedule.isPaused = paused
      stored = ScheduleProjection.json(
        try await host.run(working: false) { [schedule] in try await host.runtime.putSchedule(schedule) })
    }
    ScheduleChange.report(stored, common, context.output)
    return .success
  }

  private static func rule(_ text: String) -> MissedRuns? {
    switch text {
    case "skip": return .skip
    case "once": return .once
    default:
      guard text.hasPrefix("all:"), let limit = Int(text.dropFirst(4)), MissedRuns.limits.contains(limit) else {
        return nil
      }
      return .all(limit: limit)
    }
  }
}
