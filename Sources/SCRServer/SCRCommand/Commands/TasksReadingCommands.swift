import ArgumentParser
import SCRProtocol
import SCRRuntime
import SCRServer
import SCRStore

/// `scr tasks list`.
struct TasksListCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List tasks, newest first; works beside a running scr.",
    discussion: """
      EXAMPLES
        scr tasks list
        scr tasks list --status failed --limit 200
        scr tasks list --status dead
        scr tasks list --json | jq '.tasks[].taskId'
      """)

  @Option(
    help: ArgumentHelp("Only tasks in this state.", valueName: "state"),
    completion: .list(TaskState.allCases.map(\.rawValue)))
  var status: String?
  @Option(help: "How many, 1 to 500.") var limit = 50
  @Option(help: ArgumentHelp("Go on where the list before ended.", valueName: "cursor")) var cursor: String?
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func validate() throws {
    if !(1...500).contains(limit) { throw ValidationError("--limit is from 1 to 500.") }
    if let status, TaskState(rawValue: status) == nil {
      throw ValidationError("--status is one of \(TaskState.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
  }

  func run(in context: CommandContext) async throws -> CommandExit {
    let query = TaskQuery(
      states: status.flatMap(TaskState.init).map { [$0] }, cursor: cursor, limit: limit)
    let page = try await StoredTasks.read(settings.load(context)) { try await $0.tasks(query) } ?? TaskPage(tasks: [])
    if common.json {
      var fields: JSONObject = ["tasks": .array(page.tasks.map { .object(TaskProjection.summary($0)) })]
      fields["nextCursor"] = page.nextCursor.map { .string($0) }
      context.output.result(.object(fields))
    } else {
      context.output.result(TaskText.list(page.tasks))
      if let next = page.nextCursor { context.output.note("more: scr tasks list --cursor \(next)") }
    }
    return .success
  }
}

/// `scr tasks show`.
struct TasksShowCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one task with its steps and result; works beside a running scr.",
    discussion: """
      EXAMPLES
        scr tasks show task_0123456789abcdef0123456789abcdef
        scr tasks show task_0123456789abcdef0123456789abcdef --history
      """)

  @Argument(help: "The task's id.") var task: String
  @Flag(help: "Tell the states that it went through, too.") var history = false
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func run(in context: CommandContext) async throws -> CommandExit {
    let (id, wantsHistory) = (TaskID(task), history)
    let read = try await StoredTasks.read(settings.load(context)) { store -> (TaskSnapshot, [RuntimeEvent])? in
      guard let snapshot = try await store.snapshot(of: id) else { return nil }
      return (snapshot, wantsHistory ? try await TaskHistory.read(id, from: store) : [])
    }
    guard let (snapshot, events) = read.flatMap({ $0 }) else { throw StoredTasks.unknown(id) }
    if common.json {
      var fields = TaskProjection.fields(snapshot)
      if history { fields["history"] = TaskProjection.history(events) }
      context.output.result(.object(fields))
    } else {
      let lines = events.map(TaskText.line).joined(separator: "\n")
      context.output.result(TaskText.details(snapshot) + (history ? "\n\n\(lines)" : ""))
    }
    return .success
  }
}

/// `scr tasks logs`.
struct TasksLogsCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "logs", abstract: "Print what happened to a task; works beside a running scr.",
    discussion: """
      EXAMPLES
        scr tasks logs task_0123456789abcdef0123456789abcdef
        scr tasks logs task_0123456789abcdef0123456789abcdef --events
      """)

  @Argument(help: "The task's id.") var task: String
  @Option(help: ArgumentHelp("Begin after this sequence number.", valueName: "number")) var since: Int64 = 0
  @Flag(help: "Write each event as a line of JSON.") var events = false
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json || events }

  func run(in context: CommandContext) async throws -> CommandExit {
    let id = TaskID(task)
    let (begin, lines, isObject, output) = (since, events, common.json, context.output)
    let found = try await StoredTasks.read(settings.load(context)) { store -> [JSONValue]? in
      guard try await store.task(id) != nil else { return nil }
      var all: [JSONValue] = []
      var since = begin
      while let page = try await Self.page(store, id, since), let last = page.last {
        since = last.sequence
        for event in page {
          let json = JSONValue.object(EventProjection.fields(event))
          if isObject {
            all.append(json)
          } else if lines {
            output.result(json)
          } else {
            output.result(TaskText.line(event))
          }
        }
      }
      return all
    }
    guard let all = found.flatMap({ $0 }) else { throw StoredTasks.unknown(id) }
    if isObject { output.result(["events": .array(all)]) }
    return .success
  }

  private static func page(_ store: any TaskStore, _ id: TaskID, _ since: Int64) async throws(StoreError)
    -> [RuntimeEvent]?
  {
    let events = try await store.events(since: since, taskID: id, limit: 500)
    return events.isEmpty ? nil : events
  }
}
