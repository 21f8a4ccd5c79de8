import ArgumentParser
import SCRProtocol
import SCRRuntime
import SCRServer
import SCRStore

/// `scr tasks retry`.
struct TasksRetryCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "retry", abstract: "Submit an ended task again as a new one and run it; or all that ended in a state.",
    discussion: """
      With --status nothing is run: the new tasks wait for the next scr serve or scr run in this folder. Tasks that were
      retried before are left out. Without --all at most 100 tasks are looked at.

      EXAMPLES
        scr tasks retry task_0123456789abcdef0123456789abcdef
        scr tasks retry task_0123456789abcdef0123456789abcdef --input folder=/srv/other --detach
        scr tasks retry task_0123456789abcdef0123456789abcdef --from publish
        scr tasks retry --status dead --class batch --all
      """)

  @Argument(help: "The id of the task that ended.") var task: String?

  @Option(
    help: ArgumentHelp("All tasks that ended in this state: dead, failed, cancelled or completed.", valueName: "state"),
    completion: .list(Self.states))
  var status: String?

  @Option(name: .customLong("class"), help: ArgumentHelp("With --status: only of this class.", valueName: "class"))
  var taskClass: String?

  @Flag(help: "With --status: all of them.") var all = false

  @Option(
    help: ArgumentHelp(
      "Another value for the plan: name=text or name:=json. May be given again.", valueName: "name=value"))
  var input: [String] = []

  @Option(
    help: ArgumentHelp(
      "Begin with this step: what completed and does not need it is taken over and not run again.", valueName: "step"))
  var from: String?

  @Flag(help: "Return as soon as the new task is accepted.") var detach = false
  @Flag(help: "Show no progress.") var quiet = false
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  private static let states = TaskState.allCases.filter(\.isFinal).map(\.rawValue)

  func validate() throws {
    if (task == nil) == (status == nil) {
      throw ValidationError(task == nil ? "Give a task's id, or --status." : "Give a task's id or --status, not both.")
    }
    if let status, !Self.states.contains(status) {
      throw ValidationError("--status is one of \(Self.states.joined(separator: ", ")).")
    }
    if status != nil, from != nil { throw ValidationError("--from goes with a task's id.") }
    if status == nil, taskClass != nil || all { throw ValidationError("--class and --all go with --status.") }
  }

  func run(in context: CommandContext) async throws -> CommandExit {
    var edits = RetryEdits()
    edits.inputs = try InputAssignment.parse(input)
    edits.from = from
    let loaded = try settings.load(context)
    let log = try CommandLog.quiet(loaded, clock: context.clock)
    let isLeft = detach || task == nil
    // Nothing has to be put in order for a detached task: a signal may end us at once.
    if !isLeft { context.signals.install() }
    let directory: StateDirectory?
    switch try await StateOwner.stand(loaded, in: context) {
    case .client(let owner):
      defer { owner.close() }
      return try await ask(owner, edits, loaded, context)
    case .owner(let taken): directory = taken
    }
    let host = try await RuntimeHost.open(loaded, owning: directory, log: log, in: context)
    return try await host.run(working: !isLeft) { [edits] in
      guard let task else { return try await bulk(edits, host.runtime, context.output) }
      return try await single(TaskID(task), edits, host.runtime, context)
    }
  }

  private func single(
    _ id: TaskID, _ edits: RetryEdits, _ runtime: CognitiveRuntime, _ context: CommandContext
  ) async throws -> CommandExit {
    let old = try await StoredTasks.find(id, runtime)
    let submitted = try await runtime.retry(old.id, edits)
    if detach {
      return left(
        [
          "taskId": .string(submitted.id.text), "state": .string(submitted.state.rawValue),
          "retryOf": .string(old.id.text),
        ], context.output)
    }
    let isSilent = quiet || common.json
    return try await TaskSession(
      runtime: runtime, context: context,
      style: isSilent ? .silent : context.output.isTerminal ? .block : .lines, format: common.json ? .json : .text
    ).run(id: submitted.id, title: old.title, plan: old.plan) {}
  }

  private func left(_ task: JSONValue, _ output: Output) -> CommandExit {
    if common.json { output.result(task) } else { output.result(task["taskId"]?.stringValue ?? "") }
    return .success
  }

  /// The same through the owner, which works the new tasks off.
  private func ask(
    _ owner: OwnerClient, _ edits: RetryEdits, _ loaded: LoadedSettings, _ context: CommandContext
  ) async throws -> CommandExit {
    let output = context.output
    var params: JSONObject = [:]
    if !edits.inputs.isEmpty { params["inputs"] = .object(edits.inputs) }
    if let task {
      params["taskId"] = .string(task)
      params["from"] = from.map { .string($0) }
      let new = try await owner.call("retry_task", params, about: TaskID(task))
      if detach {
        return left(
          ["taskId": new["taskId"] ?? "", "state": new["state"] ?? "", "retryOf": new["retryOf"] ?? .string(task)],
          output)
      }
      let isSilent = quiet || common.json
      return try await BesideSession(
        TaskID(new["taskId"]?.stringValue ?? ""), title: new["title"]?.stringValue ?? "task", plan: new["plan"],
        owner: owner,
        report: TaskReport(
          context: context, style: isSilent ? .silent : output.isTerminal ? .block : .lines,
          format: common.json ? .json : .text)
      ).run(in: loaded.settings.stateDir)
    }
    params["state"] = status.map { .string($0) }
    params["class"] = taskClass.map { .string($0) }
    var (retried, refused): ([JSONValue], [JSONValue]) = ([], [])
    repeat {
      let page = try await owner.call("retry_task", params)
      retried += page["retried"]?.arrayValue ?? []
      refused += page["refused"]?.arrayValue ?? []
      params["cursor"] = page["nextCursor"]
      // A queue that is full stays full for the next page.
    } while all && params["cursor"] != nil && !refused.contains { $0["kind"] == "queue_full" || $0["kind"] == "paused" }
    let whole: JSONObject = ["retried": .array(retried), "refused": .array(refused)]
    return report(whole.adding("nextCursor", params["cursor"]), output)
  }

  private func bulk(
    _ edits: RetryEdits, _ runtime: CognitiveRuntime, _ output: Output
  ) async throws -> CommandExit {
    var request = RetryRequest(
      .ended(in: status.flatMap(TaskState.init) ?? .dead, taskClass: taskClass, before: nil), edits: edits)
    var whole = RetryPage()
    repeat {
      let page = try await runtime.retry(request)
      whole.retried += page.retried
      whole.refused += page.refused
      whole.nextCursor = page.nextCursor
      request.cursor = page.nextCursor
    } while all && request.cursor != nil && !whole.refused.contains { $0.error.isRetryable }
    return report(RetryProjection.json(whole).objectValue ?? [:], output)
  }

  /// - Parameter page: as ``RetryProjection/json(_:)``.
  private func report(_ page: JSONObject, _ output: Output) -> CommandExit {
    let (retried, refused) = (page["retried"]?.arrayValue ?? [], page["refused"]?.arrayValue ?? [])
    if common.json {
      output.result(.object(page))
    } else {
      for task in retried {
        output.result("\(task["retryOf"]?.stringValue ?? "") \(task["taskId"]?.stringValue ?? "")")
      }
      for task in refused {
        output.note(
          "\(task["taskId"]?.stringValue ?? ""): \(TerminalText.clean(task["message"]?.stringValue ?? ""))")
      }
      output.note("\(retried.count) retried, \(refused.count) refused")
      if page["nextCursor"] != nil { output.note("there are more: run it again, or with --all") }
    }
    return refused.isEmpty ? .success : .failed
  }
}
