import SCRProtocol

extension AgentOpening {
  /// What an agent is told at first. Pure; all that others wrote is marked as such.
  ///
  /// - Parameters:
  ///   - findings: of the task's family, oldest first.
  ///   - tools: what the agent may call.
  ///   - plannable: what a planner's steps may call.
  init(
    _ brief: AgentBrief, prompt: AgentPrompt, rules: AgentRules, tools: [ModelTool], plannable: [ModelTool] = [],
    findings: [Finding] = []
  ) {
    let agents = PlanReading.PlanAgent.allCases.map(\.rawValue).joined(separator: ", ")
    let list = (brief.kind == .planner ? plannable : tools).map(Self.line).joined(separator: "\n")
    self.init(
      system: prompt.rendered([
        "tools": list.isEmpty ? "none" : list, "rounds": "\(rules.rounds)", "maxSteps": "\(rules.stepsPerRound)",
        "agents": agents,
      ]), user: Self.user(brief, rules, findings), tools: tools.map(\.name))
  }

  private static func user(_ brief: AgentBrief, _ rules: AgentRules, _ findings: [Finding]) -> String {
    parts(brief, rules, findings).joined(separator: "\n\n")
  }

  /// What the user's words are made of; without findings it follows from the plan and the outcomes of its steps alone.
  static func parts(_ brief: AgentBrief, _ rules: AgentRules, _ findings: [Finding] = []) -> [String] {
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
    if !findings.isEmpty {
      let lines = findings.map { "- \($0.value.stringValue ?? $0.value.jsonText)" }.joined(separator: "\n")
      parts.append("Findings of those who work on the same task:\n\(DataBlock(lines, of: "findings").text)")
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
