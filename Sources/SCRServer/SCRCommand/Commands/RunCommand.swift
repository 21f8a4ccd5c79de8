import ArgumentParser
import SCRProtocol
import SCRRuntime
import SCRServer
import SCRStore

/// `scr run`.
struct RunCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a task to its end and print its result.",
    discussion: """
      The plan's result goes to stdout, progress to stderr. The first Ctrl-C cancels the task (exit 130), a second one
      ends at once. SIGTERM leaves the task to the next `scr serve` or `scr run` with the same state directory.

      A goal in plain words needs a model (models in scr.yaml): it is planned, worked off with tools, and judged.

      EXAMPLES
        scr run "Which of the files here has the most lines?"
        scr run --plan report.yaml --input folder=/srv/data
        scr run --plan report.yaml --input 'limit:=10' --timeout 5m --out report.md
        scr run --plan - --dry-run < plan.json
        scr run --plan report.yaml --json | jq .provenance
        scr run --plan report.yaml --detach
        scr run "Sum up notes.md" --record run.cassette.json
        scr run --replay run.cassette.json
      """)

  @Argument(help: "What should be achieved, in plain words; needs a model.")
  var goal: String?

  @Option(help: ArgumentHelp("The plan to run, YAML or JSON; - is stdin.", valueName: "file"), completion: .file())
  var plan: String?

  @Option(
    help: ArgumentHelp("A value for the plan: name=text or name:=json. May be given again.", valueName: "name=value"))
  var input: [String] = []

  @Option(help: ArgumentHelp("End the task as timed out after this time, for example 90s or 5m.", valueName: "time"))
  var timeout: String?

  @Flag(help: "Check everything and run nothing.") var dryRun = false
  @Flag(help: "Return as soon as the task is accepted; the scr that runs, or the next one, works it off.")
  var detach = false

  @Option(
    help: ArgumentHelp("Write the result to this file instead of stdout.", valueName: "file"), completion: .file())
  var out: String?

  @Option(
    help: ArgumentHelp(
      "Write what models and tools answered to this file, so that the run can be made again.", valueName: "file"),
    completion: .file())
  var record: String?

  @Option(
    help: ArgumentHelp(
      "Make a recorded run again, without models, tool servers and network; exit 1 where it is not as recorded.",
      valueName: "file"), completion: .file())
  var replay: String?

  @Flag(help: "Show no progress.") var quiet = false
  @Flag(help: "Write every event as a line of JSON to stdout, and the task as the last one.") var events = false
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json || events }

  func validate() throws {
    if replay != nil {
      if goal != nil || plan != nil || !input.isEmpty || timeout != nil || dryRun || detach || record != nil {
        throw ValidationError("--replay has its goal or plan, and its inputs, in the file.")
      }
    } else if (goal == nil) == (plan == nil) {
      throw ValidationError(goal == nil ? "Give a goal, or a plan with --plan." : "Give a goal or --plan, not both.")
    }
    if common.json && events { throw ValidationError("Give --json or --events, not both.") }
    if detach && (dryRun || out != nil || events || record != nil) {
      throw ValidationError("--detach goes with none of --dry-run, --out, --record and --events.")
    }
  }

  func run(in context: CommandContext) async throws -> CommandExit {
    if let replay { return try await makeAgain(replay, context) }
    do { return try await work(in: context) } catch let error as RuntimeError {
      throw CommandFailure(error, inputs: (try? InputAssignment.parse(input))?.keys.map(\.self) ?? [])
    }
  }

  private func work(in context: CommandContext) async throws -> CommandExit {
    let submission = try submission(context)
    let loaded = try settings.load(context)
    if !quiet { context.output.notices(loaded) }
    let log = try CommandLog.quiet(loaded, clock: context.clock)
    if dryRun { return try await PlanCheck(loaded, log, context).run(submission, name: plan, json: common.json) }
    let outFile = try outFile(context)
    let tape = try record.map { path throws(CommandFailure) in
      try OutFile.open(path, in: context.workingDirectory, option: "--record")
    }
    if detach, loaded.settings.stateDir == Settings.inMemory {
      throw CommandFailure.usage(
        "--detach needs a state directory: a task in memory ends with this process", hint: "leave out --state :memory:")
    }
    // Nothing has to be put in order for a detached task: a signal may end us at once.
    if !detach { context.signals.install() }
    let directory: StateDirectory?
    switch try await StateOwner.stand(loaded, in: context) {
    case .client(let owner):
      defer { owner.close() }
      if detach { return try await hand(submission, to: owner, loaded, context) }
      return try await follow(submission, at: owner, loaded, outFile, context)
    case .owner(let taken): directory = taken
    }
    let host = try await RuntimeHost.open(loaded, owning: directory, log: log, in: context)
    if !host.isDurable, !quiet { context.output.note("not durable: the task is kept in memory only") }
    return try await host.run(working: !detach) {
      if detach { return try await leave(submission, host.runtime, context) }
      let session = TaskSession(
        runtime: host.runtime, context: context, style: style(context), format: format, outFile: outFile)
      do {
        let exit = try await session.run(
          id: submission.id, title: submission.title ?? goal ?? "task", plan: submission.plan
        ) { _ = try await host.runtime.submit(submission) }
        if let tape, try await !keep(submission.id, on: tape, host.runtime, loaded, context), exit == .success {
          return .failed
        }
        context.signals.boundEnd(exit)
        // Steps of other tasks that run beside ours may come to their end; their tasks go on at the next start.
        if !exit.isSignal { host.runtime.shutDown(grace: .seconds(3)) }
        return exit
      } catch {
        context.signals.boundEnd(.failed)
        throw error
      }
    }
  }

  private func outFile(_ context: CommandContext) throws(CommandFailure) -> OutFile? {
    try out.map { path throws(CommandFailure) in try OutFile.open(path, in: context.workingDirectory) }
  }

  private func makeAgain(_ path: String, _ context: CommandContext) async throws -> CommandExit {
    let cassette = try CassetteFile.read(path, in: context.workingDirectory)
    let outFile = try outFile(context)
    context.signals.install()
    return try await ReplayRun(
      cassette: cassette, path: path, style: style(context), format: format, outFile: outFile, context: context
    ).run()
  }

  /// Writes the cassette of a run that has ended.
  /// - Returns: false where there is none.
  private func keep(
    _ id: TaskID, on tape: OutFile, _ runtime: CognitiveRuntime, _ loaded: LoadedSettings, _ context: CommandContext
  ) async throws -> Bool {
    let cassette: Cassette
    do throws(RuntimeError) {
      cassette = try await runtime.cassette(of: id, masking: KnownSecrets.all(loaded, context.environment))
    } catch {
      context.output.note("not recorded: \(TerminalText.clean(error.description))")
      return false
    }
    try tape.write(cassette.json.jsonText + "\n")
    if !quiet, !wantsJSON { context.output.note("recorded: \(TasksExportCommand.words(cassette, record ?? ""))") }
    return true
  }

  private var format: TaskSession.Format { events ? .events : common.json ? .json : .text }

  private func style(_ context: CommandContext) -> ProgressDisplay.Style {
    if quiet || wantsJSON { return .silent }
    return context.output.isTerminal ? .block : .lines
  }

  private func submission(_ context: CommandContext) throws(CommandFailure) -> TaskSubmission {
    let inputs = try InputAssignment.parse(input)
    let file = try plan.map { path throws(CommandFailure) in try PlanFile.read(path, context) }
    let limit = try timeout.map { text throws(CommandFailure) in try DurationText.parse(text, option: "--timeout") }
    return TaskSubmission(
      goal: goal, plan: file?.document.value, planSource: file?.document.places ?? SourceMap(), inputs: inputs,
      title: file?.title, deadline: limit.map { context.clock.now() + $0 }, unknownOutcomeDefault: .fail)
  }

  private func leave(
    _ submission: TaskSubmission, _ runtime: CognitiveRuntime, _ context: CommandContext
  ) async throws -> CommandExit {
    let submitted = try await runtime.submit(submission)
    return left(
      ["taskId": .string(submitted.id.text), "state": .string(submitted.state.rawValue)],
      "accepted; it waits in the state directory until scr serve or scr run works it off in this folder", context)
  }

  private func left(_ submitted: JSONObject, _ note: String, _ context: CommandContext) -> CommandExit {
    if common.json {
      context.output.result(.object(submitted))
    } else {
      context.output.result(submitted["taskId"]?.stringValue ?? "")
    }
    if !quiet { context.output.note(note) }
    return .success
  }

  /// The same through the owner, which works it off if it works in this folder.
  private func hand(
    _ submission: TaskSubmission, to owner: OwnerClient, _ loaded: LoadedSettings, _ context: CommandContext
  ) async throws -> CommandExit {
    let workspace = loaded.settings.workspaceRoot ?? context.workingDirectory
    let answer = try await owner.submit(submission, from: workspace)
    let isNear = owner.workspace == nil || owner.workspace == workspace
    return left(
      ["taskId": answer["taskId"] ?? "", "state": answer["state"] ?? ""],
      isNear
        ? "accepted by process \(owner.pid), which works it off"
        : "accepted by process \(owner.pid), which works in \(owner.workspace ?? ""): it waits until scr serve or scr run "
          + "works it off in this folder", context)
  }

  /// Lets the owner work it off, and shows it here as if we did.
  private func follow(
    _ submission: TaskSubmission, at owner: OwnerClient, _ loaded: LoadedSettings, _ outFile: OutFile?,
    _ context: CommandContext
  ) async throws -> CommandExit {
    if record != nil {
      throw CommandFailure(
        .unavailable, kind: ErrorKind.storeUnavailable.name,
        "--record needs the state directory for itself, and process \(owner.pid) owns it",
        hint: "leave --record out and use scr tasks export afterwards, or name another directory with --state DIR")
    }
    let workspace = loaded.settings.workspaceRoot ?? context.workingDirectory
    try owner.checkWorkspace(workspace)
    let answer = try await owner.submit(submission, from: workspace)
    let id = TaskID(answer["taskId"]?.stringValue ?? "")
    if !quiet, !wantsJSON { context.output.note("process \(owner.pid) owns the state directory and works it off") }
    return try await BesideSession(
      id, title: submission.title ?? goal ?? "task", plan: submission.plan, owner: owner,
      report: TaskReport(context: context, style: style(context), format: format, outFile: outFile)
    ).run(in: loaded.settings.stateDir)
  }
}
