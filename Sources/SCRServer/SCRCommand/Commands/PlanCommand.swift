import ArgumentParser
import SCRProtocol
import SCRRuntime
import SCRServer

/// `scr plan`.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Look at plans.",
    discussion: """
      EXAMPLES
        scr plan check report.yaml
      """,
    subcommands: [Check.self])

  /// `scr plan check`.
  struct Check: Command {
    static let configuration = CommandConfiguration(
      commandName: "check", abstract: "Check a plan wholly and run nothing.",
      discussion: """
        Errors name file, line and column. The tool servers that the plan names are started to check tools and
        arguments, unless --offline. Exit 1 if the plan is not good.

        EXAMPLES
          scr plan check report.yaml --input folder=/srv/data
          scr plan check - --offline < plan.json
        """)

    @Argument(help: "The plan, YAML or JSON; - is stdin.", completion: .file()) var file: String
    @Option(help: ArgumentHelp("A value for the plan: name=text or name:=json.", valueName: "name=value"))
    var input: [String] = []
    @Flag(help: "Start no tool servers: check everything but tools and their arguments.") var offline = false
    @OptionGroup var settings: SettingsOptions
    @OptionGroup var common: CommonOptions
    var wantsJSON: Bool { common.json }

    func run(in context: CommandContext) async throws -> CommandExit {
      do { return try await check(context) } catch let error as RuntimeError {
        throw Self.answer(CommandFailure(error))
      } catch let failure as CommandFailure where failure.kind == ErrorKind.invalidPlan.name {
        throw Self.answer(failure)
      }
    }

    private func check(_ context: CommandContext) async throws -> CommandExit {
      let file = try PlanFile.read(file, context)
      let submission = TaskSubmission(
        plan: file.document.value, planSource: file.document.places, inputs: try InputAssignment.parse(input),
        title: file.title)
      if offline {
        PlanCheck.report(try Planner.plan(submission), name: file.name, json: common.json, context.output)
        return .success
      }
      let loaded = try settings.load(context)
      let log = try CommandLog.quiet(loaded, clock: context.clock)
      return try await PlanCheck(loaded, log, context).run(submission, name: file.name, json: common.json)
    }

    /// That a plan is bad is this command's answer, not a misuse of it.
    private static func answer(_ failure: CommandFailure) -> CommandFailure {
      var failure = failure
      if failure.exit == .usage { failure.exit = .failed }
      return failure
    }
  }
}
