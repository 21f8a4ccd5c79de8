import ArgumentParser
import SCRProtocol
import SCRRuntime
import SCRServer

/// `scr models test`.
struct ModelsTestCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Ask a provider for one word, and show how long it took.",
    discussion: """
      Shows the model that answered, the time to its first word and to its end, and the tokens. One request is made, without
      retries and without failover. A script that has no turn for the role test is not asked: its turns are counted. Exit 1 if it fails, 2 if there is no such provider, 4 if a time was over.

      EXAMPLES
        scr models test
        scr models test local --model llama3.1
        scr models test --json | jq .totalMs
      """)

  @Argument(help: ArgumentHelp("The provider; the default one if none is named.", valueName: "provider"))
  var provider: String?
  @Option(help: ArgumentHelp("Ask this model instead of the configured one.", valueName: "name")) var model: String?
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func run(in context: CommandContext) async throws -> CommandExit {
    let loaded = try settings.load(context)
    var models = loaded.settings.models
    for name in models.providers.keys {
      models.providers[name]?.attempts = 1
      models.providers[name]?.failover = []
      models.providers[name]?.standIn = nil
    }
    let fleet = ModelFleet(models, environment: context.environment, clock: context.clock)
    let name = provider ?? fleet.registry.defaultName
    if let turns = fleet.facts.first(where: { $0.name == name })?.turnsByRole, turns[ModelTrial.role] == nil {
      show(turns, of: name ?? "", context)
      return .success
    }
    let trial = try await ModelsListCommand.asking {
      try await ModelTrial.run(try fleet.registry.provider(provider), model: model)
    }
    if common.json {
      context.output.result(.object(trial.json))
    } else {
      context.output.result(trial.text)
    }
    return .success
  }

  /// A script that holds only turns of agents would fail here, and there is nothing wrong with it.
  private func show(_ turns: [String: Int], of provider: String, _ context: CommandContext) {
    let roles = turns.sorted { $0.key < $1.key }
    if common.json {
      let counts = JSONObject(roles.map { JSONField(key: $0.key, value: JSONValue($0.value)) })
      return context.output.result(["provider": .string(provider), "scripted": true, "turns": .object(counts)])
    }
    let list = roles.map { "\($0.value) for \($0.key)" }.joined(separator: ", ")
    context.output.result(
      """
      ✓ \(provider)  scripted
        its script can be read: turns \(TerminalText.visible(list.isEmpty ? "none" : list))
        none is for the role \(ModelTrial.role), so nothing was asked
      """)
  }
}
