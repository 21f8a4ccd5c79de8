import SCRProtocol

/// A prompt for a client that leads a model itself.
package struct OfferedPrompt: Sendable, Hashable {
  package struct Argument: Sendable, Hashable {
    package var name: String
    package var description: String
    package var isRequired: Bool

    package init(_ name: String, _ description: String, isRequired: Bool = false) {
      self.name = name
      self.description = description
      self.isRequired = isRequired
    }
  }

  package var name: String
  package var description: String
  package var arguments: [Argument]

  package init(name: String, description: String, arguments: [Argument]) {
    self.name = name
    self.description = description
    self.arguments = arguments
  }
}

// What agents are told, for clients that would work as they do.
extension CognitiveRuntime {
  /// One for each kind of agent, each agent and each prompt that files describe, in the order of their names. Where names
  /// meet, the runtime's own kinds come first, then agents.
  package var offeredPrompts: [OfferedPrompt] {
    let configuration = configuration
    var prompts: [String: OfferedPrompt] = [:]
    for (name, prompt) in configuration.prompts.others {
      prompts[name] = OfferedPrompt(
        name: name, description: prompt.description,
        arguments: prompt.names.map { OfferedPrompt.Argument($0, "Stands for {{\($0)}}.", isRequired: true) })
    }
    for agent in configuration.definitions.all {
      prompts[agent.name] = OfferedPrompt(
        name: agent.name, description: agent.description, arguments: Self.arguments(of: agent.base))
    }
    for kind in PromptLibrary.roles {
      prompts[kind.rawValue] = OfferedPrompt(
        name: kind.rawValue, description: configuration.prompts[kind]?.description ?? "",
        arguments: Self.arguments(of: kind))
    }
    prompts[AgentKind.memory.rawValue] = OfferedPrompt(
      name: AgentKind.memory.rawValue, description: "Answers a question from what is remembered.",
      arguments: [OfferedPrompt.Argument("goal", "The question.", isRequired: true)])
    return prompts.values.sorted { $0.name < $1.name }
  }

  private static func arguments(of kind: AgentKind) -> [OfferedPrompt.Argument] {
    let goal = kind == .critic ? "The goal that the outcome is judged by." : "What is to be done, in plain words."
    let context = kind == .critic ? "The outcome that is to be judged." : "What is known already."
    return [
      OfferedPrompt.Argument("goal", goal, isRequired: true),
      OfferedPrompt.Argument("context", context, isRequired: kind == .critic),
    ]
  }

  /// A prompt in words, with its arguments put in. What stands in memory or in `context` is marked as data.
  ///
  /// - Throws: `not_found`; `invalid_params` naming the argument; `store_unavailable`.
  package func offeredPrompt(
    _ name: String, _ arguments: [String: String]
  ) async throws(RuntimeError) -> (prompt: OfferedPrompt, text: String) {
    guard let prompt = offeredPrompts.first(where: { $0.name == name }) else {
      throw RuntimeError(
        .notFound, "there is no prompt \"\(name.prefix(100))\"",
        hint: Suggestion.hint(name, among: offeredPrompts.map(\.name)), path: "name")
    }
    try Self.check(arguments, of: prompt)
    if PromptLibrary.roles.contains(AgentKind(rawValue: name))
      || configuration.definitions[AgentKind(rawValue: name)] != nil
    {
      return (prompt, brief(name, arguments))
    }
    if name == AgentKind.memory.rawValue { return (prompt, try await remembered(arguments["goal"] ?? "")) }
    return (prompt, configuration.prompts.others[name]?.rendered(arguments) ?? "")
  }

  /// Bytes of all arguments together.
  private static let argumentBytes = 1 << 20

  private static func check(_ arguments: [String: String], of prompt: OfferedPrompt) throws(RuntimeError) {
    let names = prompt.arguments.map(\.name)
    for name in arguments.keys.sorted() where !names.contains(name) {
      throw RuntimeError(
        .invalidParams, "the prompt \(prompt.name) has no argument \"\(name.prefix(100))\"",
        hint: Suggestion.hint(name, among: names), path: "arguments.\(name.prefix(100))")
    }
    for argument in prompt.arguments where argument.isRequired {
      guard arguments[argument.name]?.allSatisfy(\.isWhitespace) ?? true else { continue }
      throw RuntimeError(
        .invalidParams, "the argument \"\(argument.name)\" of the prompt \(prompt.name) is missing",
        hint: argument.description, path: "arguments.\(argument.name)")
    }
    let size = arguments.values.reduce(0) { $0 + $1.utf8.count }
    if size > argumentBytes {
      throw RuntimeError(
        .tooLarge, "the arguments have \(size) bytes, over the limit of \(argumentBytes)", path: "arguments")
    }
  }

  /// As an agent of that name would be told, with the tools that clients may call.
  private func brief(_ name: String, _ arguments: [String: String]) -> String {
    let configuration = configuration
    let definition = configuration.definitions[AgentKind(rawValue: name)]
    let kind = definition?.base ?? AgentKind(rawValue: name)
    guard let prompt = configuration.prompts[kind] else { return "" }
    var brief = AgentBrief(taskID: TaskID(""), stepID: "", kind: kind, goal: arguments["goal"] ?? "")
    if let context = arguments["context"], !context.isEmpty {
      brief.sources = [.init(stepID: "context", work: "what the client gave", state: .completed, text: context)]
    }
    let tools = registry.catalogue.entries.filter(\.isPermitted).prefix(Self.promptTools).map { ModelTool($0) }
    let opening = AgentOpening(
      brief, prompt: prompt, rules: configuration.agents, tools: tools, plannable: tools,
      shelf: AgentOpening.Shelf(definition: definition, others: kind == .planner ? configuration.definitions.all : []))
    return "\(opening.system)\n\n\(opening.user)"
  }

  /// Tools that a prompt names.
  private static let promptTools = 100

  private func remembered(_ question: String) async throws(RuntimeError) -> String {
    var query = MemoryQuery(now: clock.now())
    query.match = MemoryMatch(question, syntax: .any)
    query.limit = 20
    let hits = try await searchMemory(query, text: question).hits
    let blocks = hits.map { hit in
      DataBlock(
        hit.record.content.text.prefix(bytes: 4096), of: "memory: \(hit.record.address.kind.rawValue) \(hit.record.id)"
      ).text
    }
    return "Answer from what memory holds, and say so where it holds nothing of it. It may be out of date.\n\n"
      + (blocks.isEmpty ? "Memory holds nothing of it." : blocks.joined(separator: "\n")) + "\n\nQuestion:\n\(question)"
  }
}
