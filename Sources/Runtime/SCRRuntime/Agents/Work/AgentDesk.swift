import SCRProtocol

/// What agents work with, beside their task: models, tools, prompts, and the store that keeps their journals.
struct AgentDesk: Sendable {
  let store: any TaskStore
  let hub: EventHub
  let clock: any RuntimeClock
  let registry: ToolRegistry
  let models: ModelRegistry
  let rules: AgentRules
  let prompts: PromptLibrary
  let definitions: AgentDefinitions
  let skills: SkillShelf
  let recall: MemoryRecall
  let notice: @Sendable (String) -> Void
  /// Gives what was recorded in the place of what comes from outside; nil for real work.
  var player: CassettePlayer?

  /// The runtime's own kind that an agent is, or builds on; nil where nobody describes it.
  func base(of kind: AgentKind) -> AgentKind? { definitions[kind]?.base ?? (kind.isBuiltIn ? kind : nil) }

  /// What an agent may use: by its kind, of that what its description names, and of that what its step names.
  func tools(of brief: AgentBrief) -> [AgentTool] {
    guard let base = base(of: brief.kind), AgentDefinition.bases.contains(base) else { return [] }
    let globs = [definitions[brief.kind]?.tools, brief.tools].compactMap { $0?.map(Glob.init) }
    let tools = registry.catalogue.entries.filter { entry in
      entry.isPermitted && (base == .worker || entry.descriptor.effect == .readOnly)
        && globs.allSatisfy { globs in
          globs.contains { $0.matches(entry.descriptor.name.qualified) || $0.matches(entry.wireName) }
        }
    }.map { AgentTool($0) }
    let own = base == .writer || base == .validator ? [] : [Self.addFinding]
    return tools + own + [skills(of: brief).tool].compactMap(\.self)
  }

  func skills(of brief: AgentBrief) -> SkillShelf {
    guard let base = base(of: brief.kind), AgentDefinition.bases.contains(base) else { return SkillShelf() }
    return skills.narrowed(to: definitions[brief.kind]?.skills)
  }

  /// - Throws: ``ModelError`` where its provider is not configured.
  func kit(of brief: AgentBrief, _ prompt: AgentPrompt) throws(ModelError) -> AgentKit {
    let definition = definitions[brief.kind]
    var rules = rules
    if let turns = definition?.maxTurns { rules.turns = min(rules.turns, turns) }
    let settings = definition.map { prompt.settings.overridden(by: $0.settings) } ?? prompt.settings
    return AgentKit(
      tools: tools(of: brief), output: output(of: brief), rules: rules,
      purpose: ModelPurpose(role: brief.kind.rawValue, taskID: brief.taskID, stepID: brief.stepID),
      settings: settings, window: try models.provider(settings.provider).profile.contextTokens)
  }

  /// What the steps of a plan may call.
  var plannable: [ModelTool] { registry.catalogue.entries.filter(\.isPermitted).map { ModelTool($0) } }

  func output(of brief: AgentBrief) -> AgentOutput? {
    Self.output(
      of: base(of: brief.kind), stepID: brief.stepID, document: brief.document, rules, agents: definitions.names
    ) { [registry] in registry.catalogue }
  }

  /// - Parameters:
  ///   - kind: one of the runtime's own.
  ///   - document: the plan so far, for planners.
  ///   - agents: names of those that files describe, for planners.
  static func output(
    of kind: AgentKind?, stepID: String, document: JSONValue?, _ rules: AgentRules, agents: [String] = [],
    tools: @escaping @Sendable () -> ToolCatalogue
  ) -> AgentOutput? {
    switch kind {
    case .planner?:
      return AgentOutput(ModelOutput(name: "plan", schema: PlannedSteps.schema(rules, agents: agents))) { answer in
        PlannedSteps.problems(answer, in: document ?? [:], by: stepID, tools: tools(), agents: agents)
      }
    case .critic?: return AgentOutput(ModelOutput(name: "review", schema: Review.schema), problems: Review.problems)
    case .validator?: return AgentOutput(ModelOutput(name: "validation", schema: ValidatorAnswer.schema))
    default: return nil
    }
  }

  /// The answer as others are to find it.
  func settled(_ result: ToolResult, of brief: AgentBrief) -> ToolResult {
    guard brief.kind == .planner, let answer = result.structuredContent else { return result }
    return ToolResult(text: result.text, structuredContent: PlannedSteps.qualified(answer, registry.catalogue))
  }

  static let addFinding = AgentTool(
    ModelTool(
      name: "add_finding",
      description:
        "Keeps something worth knowing for the other agents that work on the same task, in a sentence or two.",
      inputSchema: PlanSchema.object(
        ["finding": ["type": "string", "minLength": 1, "maxLength": 4000]], required: ["finding"])),
    body: .addFinding, effect: .idempotent,
    check: { arguments in
      guard let text = arguments["finding"]?.stringValue, !text.isEmpty, text.utf8.count <= 8000 else {
        return "\"finding\" is a text of 1 to 8000 bytes"
      }
      return arguments.count == 1 ? nil : "\"finding\" is the only argument"
    })
}
