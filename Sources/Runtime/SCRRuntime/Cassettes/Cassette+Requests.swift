import SCRProtocol

extension Cassette {
  /// Of its recorded tools, each allowed.
  var catalogue: ToolCatalogue {
    ToolCatalogue(inline: [], sources: [CassetteTools(tools)], policy: ToolPolicy(allow: [Glob("*")]))
  }

  /// Tools with all that is known of them: of those that only steps call, their names and effects.
  var tools: [ToolDescriptor] {
    var tools = desk?.tools ?? []
    var known = Set(tools.map(\.name))
    for call in calls where known.insert(call.tool).inserted {
      tools.append(
        ToolDescriptor(
          name: call.tool, description: "", inputSchema: ["type": "object"], effect: call.effect))
    }
    return tools
  }

  /// The requests of an attempt as this version makes them from its entries, up to the one that came to nothing.
  func requests(of attempt: Attempt, _ catalogue: ToolCatalogue) -> [ModelRequest] {
    var loop = AgentLoop(kit(of: attempt, catalogue))
    var requests: [ModelRequest] = []
    for entry in attempt.entries {
      if case .answered = entry, case .ask(let request, _) = loop.todo { requests.append(request) }
      loop.take(entry)
    }
    if attempt.failure != nil, case .ask(let request, _) = loop.todo { requests.append(request) }
    return requests
  }

  private func kit(of attempt: Attempt, _ catalogue: ToolCatalogue) -> AgentKit {
    var tools: [AgentTool] = []
    for case .opened(let opening) in attempt.entries {
      tools = opening.tools.compactMap { name in
        name == AgentDesk.addFinding.model.name ? AgentDesk.addFinding : catalogue[name].map { AgentTool($0) }
      }
    }
    let rules = desk?.rules ?? AgentRules()
    return AgentKit(
      tools: tools,
      output: AgentDesk.output(
        of: attempt.kind, stepID: attempt.stepID, document: attempt.document, rules, tools: { catalogue }),
      rules: rules, purpose: ModelPurpose(role: attempt.kind.rawValue, stepID: attempt.stepID))
  }
}

/// Tools that are only described.
struct CassetteTools: ToolSource {
  let tools: [ToolDescriptor]
  var serverName: String? { nil }
  var status: ToolServerStatus { ToolServerStatus(state: .ready, toolCount: tools.count) }

  init(_ tools: [ToolDescriptor]) { self.tools = tools }

  func settle() async {}

  func call(_ call: ToolCall) async throws -> ToolResult {
    throw ToolError(.internal, "\(call.name) is described and cannot be called")
  }
}
