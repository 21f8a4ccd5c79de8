import ArgumentParser
import SCRProtocol
import SCRRuntime
import SCRServer

/// `scr demo`.
struct DemoCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Run a small plan with real tools; or kill a runtime and see it recover.",
    discussion: """
      Everything happens in a temporary folder; the folder that you are in is read, nothing in it is changed.
      --crash-test runs a task in a second process, kills that with SIGKILL in the middle of a step, starts it again and
      checks what became of it; exit 1 if anything does not hold.

      --goal runs a goal in plain words; the answers of its model were written beforehand, and everything says so.

      EXAMPLES
        scr demo
        scr demo --goal
        scr demo --crash-test
        scr demo --crash-test --json
      """)

  @Flag(help: "Kill a running scr in the middle of a step and check that nothing is lost.") var crashTest = false
  @Flag(help: "Run a goal with a model whose answers were written beforehand, and with real tools.") var goal = false
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func run(in context: CommandContext) async throws -> CommandExit {
    let folder = try DemoFolder.make(context.environment)
    defer { folder.remove() }
    if goal { return try await runGoal(folder, context) }
    return crashTest ? try await runCrashTest(folder, context) : try await runPlan(folder, context)
  }

  func validate() throws {
    if goal && crashTest { throw ValidationError("Give --goal or --crash-test, not both.") }
  }

  private func runGoal(_ folder: DemoFolder, _ context: CommandContext) async throws -> CommandExit {
    let subject = Self.isTooWide(context) ? folder.path : context.workingDirectory
    try folder.write(DemoGoal.script, to: folder.script)
    try folder.write(
      DemoPlan.configuration(executable: context.executable, folder: subject, scratch: folder.scratch)
        + DemoGoal.models(script: folder.script), to: folder.configuration)
    let submission = TaskSubmission(goal: DemoGoal.goal, unknownOutcomeDefault: .fail)
    if !common.json {
      context.output.note("goal: \(DemoGoal.goal)")
      context.output.note("scripted: the answers of the model were written beforehand; the tools are real")
    }
    return try await run(submission, title: "a goal, scripted", folder, context)
  }

  private func runPlan(_ folder: DemoFolder, _ context: CommandContext) async throws -> CommandExit {
    let subject = Self.isTooWide(context) ? folder.path : context.workingDirectory
    try folder.write(
      DemoPlan.configuration(executable: context.executable, folder: subject, scratch: folder.scratch),
      to: folder.configuration)
    try folder.write(DemoPlan.text, to: folder.plan)
    let file = try PlanFile.read(folder.plan, context)
    let submission = TaskSubmission(
      plan: file.document.value, planSource: file.document.places, unknownOutcomeDefault: .fail)
    if !common.json { context.output.note("a report on \(subject), made in \(folder.path)") }
    return try await run(submission, title: file.title, folder, context)
  }

  private func run(
    _ submission: TaskSubmission, title: String, _ folder: DemoFolder, _ context: CommandContext
  ) async throws -> CommandExit {
    let loaded = try Self.settings(folder, context)
    context.signals.install()
    let log = try CommandLog.quiet(loaded, clock: context.clock)
    let host = try await RuntimeHost.open(loaded, log: log, in: context)
    return try await host.run {
      try await TaskSession(
        runtime: host.runtime, context: context,
        style: common.json ? .silent : context.output.isTerminal ? .block : .lines, format: common.json ? .json : .text
      ).run(id: submission.id, title: title, plan: submission.plan) {
        _ = try await host.runtime.submit(submission)
      }
    }
  }

  private func runCrashTest(_ folder: DemoFolder, _ context: CommandContext) async throws -> CommandExit {
    let say: @Sendable (String) -> Void = { [output = context.output, common] in if !common.json { output.note($0) } }
    let findings = try await CrashTest(folder: folder, context: context, say: say).run()
    if common.json {
      context.output.result([
        "ok": .bool(findings.allSatisfy(\.holds)), "findings": .array(findings.map(\.json)),
      ])
    } else {
      context.output.result(findings.map(\.text).joined(separator: "\n"))
    }
    return findings.allSatisfy(\.holds) ? .success : .failed
  }

  /// The whole disk or all of somebody's files are no subject for a demonstration.
  private static func isTooWide(_ context: CommandContext) -> Bool {
    context.workingDirectory == "/" || context.workingDirectory == context.environment["HOME"]
  }

  /// The demonstration's own settings and nobody else's.
  private static func settings(_ folder: DemoFolder, _ context: CommandContext) throws(CommandFailure) -> LoadedSettings
  {
    var own = context
    own.workingDirectory = folder.scratch
    own.environment = context.environment.filter {
      !$0.key.hasPrefix("SCR_") && $0.key != "XDG_CONFIG_HOME" && $0.key != "HOME"
    }
    return try LoadedSettings.load(configFile: folder.configuration, flags: ["--state": folder.state], own)
  }
}
