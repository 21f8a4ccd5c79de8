import ArgumentParser
import SCRProtocol
import SCRRuntime
import SCRServer

/// `scr models list`.
struct ModelsListCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the configured providers, or the models that one of them offers.",
    discussion: """
      Without a name nothing is asked over the network. Providers come from the configuration, else from OPENAI_API_KEY,
      ANTHROPIC_API_KEY and LLM_BASE_URL. Exit 1 if the named provider gives no list.

      EXAMPLES
        scr models list
        scr models list local
        scr models list --json | jq -r '.providers[] | select(.default) | .model'
      """)

  @Argument(help: ArgumentHelp("Ask this provider which models it offers.", valueName: "provider"))
  var provider: String?
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func run(in context: CommandContext) async throws -> CommandExit {
    let loaded = try settings.load(context)
    let fleet = ModelFleet(loaded.settings.models, environment: context.environment, clock: context.clock)
    if let provider {
      let models = try await Self.asking { try await fleet.registry.provider(provider).models() }
      show(models, of: provider, context)
    } else {
      show(fleet.facts, context)
      if !common.json { context.output.notices(loaded) }
    }
    return .success
  }

  private func show(_ models: [ModelListing], of provider: String, _ context: CommandContext) {
    if common.json {
      let list: [JSONValue] = models.map { model in
        var fields: JSONObject = ["id": .string(model.id)]
        fields["contextLength"] = model.contextLength.map { JSONValue($0) }
        return .object(fields)
      }
      context.output.result(["provider": .string(provider), "models": .array(list)])
    } else {
      context.output.result(models.map { TerminalText.visible($0.id) }.sorted().joined(separator: "\n"))
    }
  }

  private func show(_ facts: [ModelFacts], _ context: CommandContext) {
    if common.json {
      context.output.result(["providers": .array(facts.map(\.json))])
    } else if facts.isEmpty {
      context.output.result("no model is configured (see docs/commands/models.md)")
    } else {
      var table = TextTable("PROVIDER", "KIND", "MODEL", "ADDRESS", "STATE")
      for fact in facts {
        let state = [fact.isDefault ? "default" : nil, fact.problem].compactMap(\.self).joined(separator: ", ")
        table.add(fact.name, fact.kind, fact.model ?? "", fact.address ?? "", state)
      }
      context.output.result(table.text)
    }
  }

  /// A model's failure as a command's.
  static func asking<Value>(_ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch let error as ModelError { throw CommandFailure(error) }
  }
}

extension ModelFacts {
  /// `{name, kind, model?, address?, default, problem?}`.
  var json: JSONValue {
    var fields: JSONObject = ["name": .string(name), "kind": .string(kind)]
    fields["model"] = model.map { .string($0) }
    fields["address"] = address.map { .string($0) }
    fields["default"] = .bool(isDefault)
    fields["problem"] = problem.map { .string($0) }
    return .object(fields)
  }
}

extension CommandFailure {
  /// What is wrong in the configuration exits 2, a time that is over 4, everything else 1.
  init(_ error: ModelError) {
    let exit: CommandExit = error.code == .notConfigured ? .usage : error.isTimeout ? .timedOut : .failed
    self.init(exit, kind: error.kind.name, TerminalText.visible(error.message), hint: error.hint)
  }
}
