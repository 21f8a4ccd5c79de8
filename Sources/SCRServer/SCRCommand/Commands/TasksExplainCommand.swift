import ArgumentParser
import SCRProtocol
import SCRRuntime
import SCRServer
import SCRStore

/// `scr tasks explain`.
struct TasksExplainCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Tell why a task is where it is; works beside a running scr.",
    discussion: """
      EXAMPLES
        scr tasks explain task_0123456789abcdef0123456789abcdef
        scr tasks explain task_0123456789abcdef0123456789abcdef --json | jq -r '.reasons[].kind'
      """)

  @Argument(help: "The task's id.") var task: String
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func run(in context: CommandContext) async throws -> CommandExit {
    let id = TaskID(task)
    let loaded = try settings.load(context)
    let owner = StateDirectory.owner(of: loaded.settings.stateDir)
    let facts = try await StoredTasks.read(loaded) { store in
      try await FactsReader(store: store, now: context.clock.now()) { _ in TaskFacts.Host(isThere: owner != nil) }
        .facts(of: id)
    }
    guard let found = facts.flatMap({ $0 }) else { throw StoredTasks.unknown(id) }
    let explanation = Explanation(found)
    if common.json {
      context.output.result(explanation.json)
    } else {
      context.output.result(ExplanationText.text(explanation))
    }
    return .success
  }
}
