import ArgumentParser
import Logging
import SCRProtocol
import SCRRuntime
import SCRServer

/// `scr tasks prune`.
struct TasksPruneCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "prune", abstract: "Remove tasks that ended long ago; needs the state directory for itself.",
    discussion: """
      Without options it removes what the settings under retention allow; a running scr serve does that by itself. With
      --older-than, or for a state that is kept for ever, the tasks go as it is said here. A task takes its steps, events
      and child tasks along. --dry-run looks only, and works beside a running scr.

      EXAMPLES
        scr tasks prune --dry-run
        scr tasks prune --older-than 7d
        scr tasks prune --status dead --older-than 90d
      """)

  @Option(help: ArgumentHelp("Those that ended longer ago than this, for example 12h or 7d.", valueName: "time"))
  var olderThan: String?

  @Option(
    help: ArgumentHelp(
      "Only those that ended in this state: completed, failed, cancelled or dead. May be given again.",
      valueName: "state"), completion: .list(Self.states))
  var status: [String] = []

  @Flag(help: "Count them and remove nothing.") var dryRun = false
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  private static let states = TaskState.allCases.filter(\.isFinal).map(\.rawValue)
  /// A look counts no further.
  private static let mostCounted = 1_000_000

  func validate() throws {
    for name in status where !Self.states.contains(name) {
      throw ValidationError("--status is one of \(Self.states.joined(separator: ", ")).")
    }
  }

  func run(in context: CommandContext) async throws -> CommandExit {
    let age = try olderThan.map { text throws(CommandFailure) in try DurationText.parse(text, option: "--older-than") }
    let loaded = try settings.load(context)
    let now = context.clock.now()
    let ages = ages(loaded.settings.retention.retention, age)
    var removed: [String: Int] = [:]
    if dryRun {
      removed =
        try await StoredTasks.read(loaded) { store in
          var counts: [String: Int] = [:]
          for (state, age) in ages {
            counts[state.rawValue] = try await store.ended(before: now - age, in: [state], limit: Self.mostCounted)
              .count
          }
          return counts
        } ?? [:]
    } else {
      removed = try await prune(ages, loaded, now, context)
    }
    report(removed, context.output)
    return .success
  }

  private func ages(_ retention: Retention, _ age: Duration?) -> [TaskState: Duration] {
    let chosen = status.isEmpty ? TaskState.allCases.filter(\.isFinal) : status.compactMap { TaskState(rawValue: $0) }
    return chosen.reduce(into: [:]) { ages, state in
      // Dead letters go only where somebody names them, or the settings do.
      if state == .dead, status.isEmpty {
        ages[state] = retention.tasks[state]
      } else {
        ages[state] = age ?? retention.tasks[state]
      }
    }
  }

  private func prune(
    _ ages: [TaskState: Duration], _ loaded: LoadedSettings, _ now: Timestamp, _ context: CommandContext
  ) async throws -> [String: Int] {
    if loaded.settings.stateDir == Settings.inMemory {
      throw CommandFailure.usage("--state :memory: keeps no tasks to remove", hint: "name a state directory")
    }
    let log = try CommandLog.quiet(loaded, clock: context.clock)
    let stores = try await Stores.open(loaded.settings) { log.error("\($0)") }
    var removed: [String: Int] = [:]
    do {
      let pruner = Pruner(store: stores.tasks, clock: context.clock)
      for (state, age) in ages { removed[state.rawValue] = try await pruner.prune([state], before: now - age) }
    } catch {
      await stores.close()
      throw error
    }
    await stores.close()
    return removed
  }

  private func report(_ removed: [String: Int], _ output: Output) {
    let counts = removed.sorted { $0.key < $1.key }
    if common.json {
      output.result([
        "removed": .object(JSONObject(counts.map { JSONField(key: $0.key, value: JSONValue($0.value)) })),
        "dryRun": .bool(dryRun),
      ])
    } else {
      let parts = counts.filter { $0.value > 0 }.map { "\($0.value) \($0.key)" }
      let what = parts.isEmpty ? "no tasks" : parts.joined(separator: ", ")
      output.result(dryRun ? "would remove \(what)" : "removed \(what)")
    }
  }
}
