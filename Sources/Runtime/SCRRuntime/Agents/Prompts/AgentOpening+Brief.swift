import SCRProtocol

extension AgentOpening {
  /// What an agent is told at first. Pure; all that others wrote is marked as such.
  ///
  /// - Parameters:
  ///   - tools: what the agent may call.
  ///   - plannable: what a planner's steps may call.
  ///   - shelf: what there is beside the brief.
  init(
    _ brief: AgentBrief, prompt: AgentPrompt, rules: AgentRules, tools: [ModelTool], plannable: [ModelTool] = [],
    shelf: Shelf = Shelf()
  ) {
    let agents = PlannedSteps.agents(shelf.others.map(\.name)).joined(separator: ", ")
    let list = (brief.kind == .planner ? plannable : tools).map(Self.line).joined(separator: "\n")
    let rendered = prompt.rendered([
      "tools": list.isEmpty ? "none" : list, "rounds": "\(rules.rounds)", "maxSteps": "\(rules.stepsPerRound)",
      "agents": agents,
    ])
    self.init(
      system: ([rendered] + shelf.system).joined(separator: "\n\n"), user: Self.user(brief, rules, shelf),
      tools: tools.map(\.name))
  }

  /// What an agent has beside its brief.
  struct Shelf: Sendable {
    /// Its own description, where a file gives one.
    var definition: AgentDefinition?
    /// Of a planner: agents that files describe.
    var others: [AgentDefinition] = []
    var skills = SkillShelf()
    /// Of the task's family, oldest first.
    var findings: [Finding] = []
    /// The best first.
    var memories: [Recollection] = []

    /// What operators wrote, behind the kind's prompt.
    fileprivate var system: [String] {
      var parts: [String] = []
      if let definition { parts.append(definition.instructions) }
      if !skills.told.isEmpty { parts.append(skills.told) }
      if !others.isEmpty {
        let lines = others.map { "- \($0.name), a \($0.base.rawValue): \($0.description.oneLine(bytes: 1024))" }
        parts.append("Of the agents these are for work of their own:\n\(lines.joined(separator: "\n"))")
      }
      return parts
    }

    /// Bytes of findings; of more than that the oldest are left out.
    private static let findingBytes = 24 << 10

    fileprivate var findingLines: String {
      var left = Self.findingBytes
      var lines: [String] = []
      for finding in findings.reversed() {
        let origin = [finding.source, finding.stepID.map { "step \($0)" }].compactMap(\.self).joined(separator: ", ")
        let text = (finding.value.stringValue ?? finding.value.jsonText).prefix(bytes: 4096)
        let line = "- \(text)" + (origin.isEmpty ? "" : " (\(origin))")
        left -= line.utf8.count
        if left < 0 { break }
        lines.append(line)
      }
      return lines.reversed().joined(separator: "\n")
    }
  }

  private static func user(_ brief: AgentBrief, _ rules: AgentRules, _ shelf: Shelf) -> String {
    parts(brief, rules, shelf).joined(separator: "\n\n")
  }

  /// What the user's words are made of; without a shelf it follows from the plan and the outcomes of its steps alone.
  static func parts(_ brief: AgentBrief, _ rules: AgentRules, _ shelf: Shelf = Shelf()) -> [String] {
    var parts = [brief.kind == .critic ? "The goal that is to be judged:\n\(brief.goal)" : "Goal:\n\(brief.goal)"]
    if !brief.inputs.isEmpty {
      parts.append("Inputs:\n\(DataBlock(JSONValue.object(brief.inputs).jsonText, of: "inputs").text)")
    }
    if !brief.sources.isEmpty {
      let steps = brief.sources.map { source in
        let text = source.text.prefix(bytes: rules.sourceBytes)
        let cut = text.utf8.count < source.text.utf8.count ? ", cut to \(text.utf8.count) bytes" : ""
        return "Step \(source.stepID) (\(source.state.rawValue)\(cut)): \(source.work)\n"
          + DataBlock(text, of: "outcome of \(source.stepID)").text
      }
      parts.append("What other steps gave:\n\(steps.joined(separator: "\n\n"))")
    }
    if !shelf.findings.isEmpty {
      let block = DataBlock(shelf.findingLines, of: "findings").text
      parts.append("Findings of those who work on the same task:\n\(block)")
    }
    if !shelf.memories.isEmpty {
      let blocks = shelf.memories.map { DataBlock($0.text, of: "memory: \($0.source)").text }
      parts.append(
        "What memory holds that may have to do with it, the likeliest first. It may be out of date, or about something "
          + "else:\n\(blocks.joined(separator: "\n"))")
    }
    if let feedback = brief.feedback {
      parts.append(
        "This is plan \(brief.round) of at most \(rules.rounds). The critic's feedback on what was done:\n"
          + DataBlock(feedback.jsonText, of: "feedback").text)
    }
    return parts
  }

  private static func line(_ tool: ModelTool) -> String {
    let words = tool.description.split(whereSeparator: \.isNewline).first.map { ": \($0.prefix(300))" } ?? ""
    return "- \(tool.name)\(words)\n  arguments: \(tool.inputSchema.jsonText.prefix(1500))"
  }
}
