package import SCRProtocol

/// Checks a plan against what there is: the tools and, at a submission, the inputs.
package enum PlanChecker {
  /// - Parameters:
  ///   - agents: names of those that files describe.
  ///   - inputs: what was submitted; nil where a plan is checked by itself.
  ///   - source: where the plan's parts stand in its file.
  /// - Returns: every problem, up to ``PlanLimits/problems``.
  package static func problems(
    in plan: Plan, tools: ToolCatalogue, agents: [String] = [], inputs: JSONObject? = nil,
    source: SourceMap = SourceMap()
  ) -> [PlanProblem] {
    var reading = PlanReading(source: source)
    if let inputs { reading.checkInputs(inputs, of: plan) }
    let known = plan.knownInputs(inputs ?? [:])
    reading.checkCalls(of: plan, at: "", tools: tools, agents: agents, inputs: known)
    return reading.problems
  }

  /// - Throws: ``PlanError`` with what ``problems(in:tools:agents:inputs:source:)`` finds.
  package static func check(
    _ plan: Plan, tools: ToolCatalogue, agents: [String] = [], inputs: JSONObject? = nil,
    source: SourceMap = SourceMap()
  ) throws(PlanError) {
    let problems = problems(in: plan, tools: tools, agents: agents, inputs: inputs, source: source)
    if !problems.isEmpty { throw PlanError(problems: problems) }
  }
}

extension Plan {
  /// Defaults and given inputs; one whose default is null has a value only once it is given.
  fileprivate func knownInputs(_ given: JSONObject) -> JSONObject {
    var known = JSONObject(inputs.filter { !$0.value.isNull })
    for input in given { known[input.key] = input.value }
    return known
  }
}

extension PlanReading {
  fileprivate mutating func checkInputs(_ given: JSONObject, of plan: Plan) {
    for input in plan.inputs where input.value.isNull && given[input.key] == nil {
      report(
        "inputs.\(input.key)", "the input \"\(input.key)\" is missing", hint: "give it with --input \(input.key)=…",
        kind: .invalidInput)
    }
    for key in given.keys where plan.inputs[key] == nil {
      let known = plan.inputs.isEmpty ? "it has none" : "known are \(plan.inputs.keys.joined(separator: ", "))"
      report(
        "inputs.\(key)", "the plan has no input \"\(key.prefix(80))\"",
        hint: Self.didYouMean(key, plan.inputs.keys) ?? known, kind: .invalidInput)
    }
  }

  /// - Parameter path: of the plan; empty for the outermost one.
  fileprivate mutating func checkCalls(
    of plan: Plan, at path: String, tools: ToolCatalogue, agents: [String], inputs: JSONObject
  ) {
    for (place, step) in plan.steps.enumerated() {
      let path = "\(path)steps[\(place)]"
      switch step.work {
      case .tool(let name, let arguments): checkCall(of: name, arguments, at: path, tools: tools, inputs: inputs)
      case .plan(let child):
        // What the step gives it has no value yet.
        let known = child.plan.knownInputs([:]).filter { child.inputs[$0.key] == nil }
        checkCalls(of: child.plan, at: "\(path).plan.", tools: tools, agents: agents, inputs: JSONObject(known))
      case .agent(let kind, _): checkAgent(kind, at: path, agents)
      case .wait: break
      }
    }
  }

  private mutating func checkAgent(_ kind: AgentKind, at path: String, _ agents: [String]) {
    guard !kind.isBuiltIn, !agents.contains(kind.rawValue) else { return }
    let known = PlanAgent.allCases.map(\.rawValue) + agents
    report(
      "\(path).agent", "there is no agent \"\(kind.rawValue)\"",
      hint: Suggestion.hint(kind.rawValue, among: known)
        ?? "there are \(known.joined(separator: ", ")); agents.folder names the folder of others")
  }

  private mutating func checkCall(
    of name: ToolName, _ arguments: JSONObject, at path: String, tools: ToolCatalogue, inputs: JSONObject
  ) {
    guard let entry = tools[name.qualified] else {
      let error = tools.unknown(name.qualified)
      return report("\(path).tool", error.message, hint: error.hint)
    }
    guard entry.isPermitted else {
      let error = ToolPolicy().denial(of: entry.descriptor)
      return report("\(path).tool", error.message, hint: error.hint, kind: error.kind)
    }
    let arguments = ArgumentCheck(arguments, inputs: inputs)
    for problem in arguments.unresolved { report("\(path).arguments.\(problem.name)", problem.message) }
    for problem in arguments.problems(against: entry) {
      report("\(path).arguments\(problem.place)", problem.message)
    }
  }
}
