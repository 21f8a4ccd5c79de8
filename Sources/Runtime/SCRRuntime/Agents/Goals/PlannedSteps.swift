package import SCRProtocol

/// What a planner answers: steps to add to a goal's plan.
package enum PlannedSteps {
  /// JSON Schema of the answer; a part of ``PlanSchema``: calls of tools and work for agents, no waits and no child plans.
  /// - Parameter agents: names of those that files describe.
  package static func schema(_ rules: AgentRules, agents: [String] = []) -> JSONValue {
    let id: JSONValue = ["type": "string", "pattern": "^[a-z][a-z0-9_]{0,63}$"]
    let needs: JSONValue = [
      "description": "Steps that must be completed first.", "type": "array", "items": id,
    ]
    let tool = PlanSchema.object(
      [
        "id": id, "needs": needs, "tool": PlanSchema.text("The tool's name, as it is listed."),
        "arguments": ["description": "Strings may hold expressions: ${steps.id.text}.", "type": "object"],
      ], required: ["id", "tool", "arguments"])
    let agent = PlanSchema.object(
      [
        "id": id, "needs": needs, "agent": ["enum": .array(self.agents(agents).map { .string($0) })],
        "goal": PlanSchema.text("What the agent shall do; may hold expressions."),
        "tools": [
          "description": "The tools that it may use; all of its kind if left out.", "type": "array",
          "items": ["type": "string"],
        ],
      ], required: ["id", "agent", "goal"])
    return PlanSchema.object(
      [
        "title": PlanSchema.text("What the plan is for, in a few words."),
        "steps": [
          "type": "array", "minItems": 1, "maxItems": JSONValue(rules.stepsPerRound),
          "items": ["anyOf": [tool, agent]],
        ],
        "result": PlanSchema.text("The answer to the goal, with expressions."),
      ], required: ["steps"])
  }

  /// Everybody whom a step may name.
  static func agents(_ defined: [String]) -> [String] { PlanReading.PlanAgent.allCases.map(\.rawValue) + defined }

  /// - Parameters:
  ///   - document: the plan so far.
  ///   - id: of the planner's step.
  /// - Returns: what is wrong with an answer that is as the schema has it; places are those of the answer.
  package static func problems(
    _ answer: JSONValue, in document: JSONValue, by id: String, tools: ToolCatalogue, agents: [String] = []
  ) -> [String] {
    let known = GoalPlan.ids(of: document)
    var problems: [String] = []
    for (place, step) in (answer["steps"]?.arrayValue ?? []).enumerated() {
      guard let id = step["id"]?.stringValue else { continue }
      if GoalPlan.isOwn(id) { problems.append("steps[\(place)].id: \"\(id)\" is a name of ours; take another") }
      if known.contains(id) {
        problems.append("steps[\(place)].id: there is a step \"\(id)\" already; new steps have new ids")
      }
    }
    guard problems.isEmpty else { return problems }
    let answer = qualified(answer, tools)
    guard let round = GoalPlan.round(of: id),
      let grown = GoalPlan.planned(document, answer, round: round, goal: "goal")
    else { return ["steps: a plan has at least one step"] }
    do throws(PlanError) {
      let plan = try PlanParser.parse(grown, hasModel: true, isGrown: true)
      try PlanChecker.check(plan, tools: tools, agents: agents)
      return agentTools(answer, tools)
    } catch { return error.problems.map { place($0, after: known.count) } }
  }

  private static func agentTools(_ answer: JSONValue, _ tools: ToolCatalogue) -> [String] {
    (answer["steps"]?.arrayValue ?? []).enumerated().flatMap { place, step in
      (step["tools"]?.arrayValue ?? []).compactMap(\.stringValue).filter { tools[$0] == nil }.map {
        "steps[\(place)].tools: there is no tool \"\($0.prefix(100))\""
      }
    }
  }

  /// The answer with tools as we name them inside.
  package static func qualified(_ answer: JSONValue, _ tools: ToolCatalogue) -> JSONValue {
    guard var fields = answer.objectValue, let steps = fields["steps"]?.arrayValue else { return answer }
    fields["steps"] = .array(
      steps.map { step in
        guard var members = step.objectValue else { return step }
        func name(_ value: JSONValue) -> JSONValue {
          value.stringValue.flatMap { tools[$0]?.descriptor.name.qualified }.map { .string($0) } ?? value
        }
        if let tool = members["tool"] { members["tool"] = name(tool) }
        if let list = members["tools"]?.arrayValue { members["tools"] = .array(list.map(name)) }
        return .object(members)
      })
    return .object(fields)
  }

  /// The problem as the planner counts its steps.
  private static func place(_ problem: PlanProblem, after count: Int) -> String {
    var problem = problem
    if problem.path.hasPrefix("steps["), let end = problem.path.firstIndex(of: "]"),
      let number = Int(problem.path.dropFirst("steps[".count).prefix { $0 != "]" }), number >= count
    {
      problem.path = "steps[\(number - count)" + problem.path[end...]
    }
    return problem.description
  }
}
