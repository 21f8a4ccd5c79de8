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
  let notice: @Sendable (String) -> Void
  /// Gives what was recorded in the place of what comes from outside; nil for real work.
  var player: CassettePlayer?

  /// What an agent may use: by its kind, and of that what its step names.
  func tools(of brief: AgentBrief) -> [AgentTool] {
    switch brief.kind {
    case .planner, .critic, .memory: return []
    case .writer, .validator, .worker, .researcher: break
    }
    let readsOnly = brief.kind == .writer || brief.kind == .validator || brief.kind == .researcher
    let globs = brief.tools?.map(Glob.init)
    let tools = registry.catalogue.entries.filter { entry in
      entry.isPermitted && (!readsOnly || entry.descriptor.effect == .readOnly)
        && globs?.contains { $0.matches(entry.descriptor.name.qualified) || $0.matches(entry.wireName) } != false
    }.map { AgentTool($0) }
    return tools + (brief.kind == .writer || brief.kind == .validator ? [] : [Self.addFinding])
  }

  /// What the steps of a plan may call.
  var plannable: [ModelTool] { registry.catalogue.entries.filter(\.isPermitted).map { ModelTool($0) } }

  func output(of brief: AgentBrief) -> AgentOutput? {
    Self.output(of: brief.kind, stepID: brief.stepID, document: brief.document, rules) { [registry] in
      registry.catalogue
    }
  }

  /// - Parameter document: the plan so far, for planners.
  static func output(
    of kind: AgentKind, stepID: String, document: JSONValue?, _ rules: AgentRules,
    tools: @escaping @Sendable () -> ToolCatalogue
  ) -> AgentOutput? {
    switch kind {
    case .planner:
      return AgentOutput(ModelOutput(name: "plan", schema: PlannedSteps.schema(rules))) { answer in
        PlannedSteps.problems(answer, in: document ?? [:], by: stepID, tools: tools())
      }
    case .critic: return AgentOutput(ModelOutput(name: "review", schema: Review.schema), problems: Review.problems)
    case .validator: return AgentOutput(ModelOutput(name: "validation", schema: ValidatorAnswer.schema))
    case .worker, .researcher, .writer, .memory: return nil
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
