import ArgumentParser
import SCRProtocol
import SCRRuntime
import SCRServer

/// `scr approvals`.
struct ApprovalsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "approvals", abstract: "See what tasks ask, and answer it.",
    discussion: """
      EXAMPLES
        scr approvals list
        scr approvals answer wait_0123456789abcdef0123456789abcdef approve
      """,
    subcommands: [ApprovalsListCommand.self, ApprovalsAnswerCommand.self])
}

/// `scr approvals list`.
struct ApprovalsListCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List what tasks ask, oldest first; works beside a running scr.",
    discussion: """
      EXAMPLES
        scr approvals list
        scr approvals list --json | jq '.approvals[].question'
      """)

  @Option(help: ArgumentHelp("Only what this task asks.", valueName: "task")) var task: String?
  @Flag(help: "What has an answer, or needs none any more, instead.") var answered = false
  @Option(help: "How many, 1 to 500.") var limit = 100
  @Option(help: ArgumentHelp("Go on where the list before ended.", valueName: "cursor")) var cursor: String?
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func validate() throws {
    if !(1...500).contains(limit) { throw ValidationError("--limit is from 1 to 500.") }
  }

  func run(in context: CommandContext) async throws -> CommandExit {
    let query = WaitQuery(
      taskID: task.map { TaskID($0) }, isOpen: !answered, cursor: cursor, limit: limit)
    let page = try await StoredTasks.read(settings.load(context)) { try await $0.waits(query) }
    if common.json {
      context.output.result(page.map(ApprovalVerbs.json) ?? ["approvals": []])
    } else {
      context.output.result(ApprovalText.list(page?.waits ?? []))
      if let next = page?.nextCursor { context.output.note("more: scr approvals list --cursor \(next)") }
    }
    return .success
  }
}

/// `scr approvals answer`.
struct ApprovalsAnswerCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "answer", abstract: "Answer what a task asks; works beside a running scr, through it.",
    discussion: """
      The task goes back into the queue; the scr that runs works it off, or the next scr serve or scr run, or this command
      with --run, which needs the state directory for itself.

      EXAMPLES
        scr approvals answer wait_0123456789abcdef0123456789abcdef approve
        scr approvals answer wait_0123456789abcdef0123456789abcdef --value '{"amount": 12}' --run
      """)

  @Argument(help: "What is answered, from scr approvals list.") var approval: String
  @Argument(help: "One of its options, such as approve or reject.") var decision: String?
  @Option(help: ArgumentHelp("The value that is asked for, or a note to the decision.", valueName: "json"))
  var value: String?
  @Option(help: ArgumentHelp("Who answers, for others to see.", valueName: "name")) var by: String?
  @Flag(name: .customLong("run"), help: "Work the task off afterwards and print its result.") var worksOff = false
  @Flag(help: "Show no progress.") var quiet = false
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func run(in context: CommandContext) async throws -> CommandExit {
    let json = try parsedValue()
    let name = by ?? context.environment["USER"] ?? "cli"
    if !worksOff {
      return report(
        try await StateOwner.run(settings, in: context) {
          try await $0.answer(approval, decision: decision, value: json, by: name).json
        } beside: {
          let params: JSONObject = ["approvalId": .string(approval), "by": .string(name)]
          return try await $0.call(
            "answer_approval", params.adding("decision", decision.map { .string($0) }).adding("value", json))
        }, context.output)
    }
    let loaded = try settings.load(context)
    let log = try CommandLog.quiet(loaded, clock: context.clock)
    context.signals.install()
    let host = try await RuntimeHost.open(loaded, log: log, in: context)
    return try await host.run {
      let wait = try await host.runtime.answer(approval, decision: decision, value: json, by: name)
      let task = try await host.runtime.task(wait.taskID).task
      let isSilent = quiet || common.json
      return try await TaskSession(
        runtime: host.runtime, context: context,
        style: isSilent ? .silent : context.output.isTerminal ? .block : .lines, format: common.json ? .json : .text
      ).run(id: task.id, title: task.title, plan: task.plan) {}
    }
  }

  private func report(_ wait: JSONValue, _ output: Output) -> CommandExit {
    if common.json {
      output.result(wait)
    } else {
      output.result(
        "\(wait["approvalId"]?.stringValue ?? approval) \(wait["answer"]?["decision"]?.stringValue ?? "answered")")
    }
    return .success
  }

  private func parsedValue() throws -> JSONValue? {
    guard let value else { return nil }
    do throws(JSONParseError) { return try JSONParser.parse(value) } catch {
      throw CommandFailure.usage(
        "--value is not JSON: \(error.reason)", hint: #"texts need quotes: --value '"some text"'"#)
    }
  }
}
