import SCRProtocol

/// A step with what the later checks need.
struct ParsedStep {
  var step: Step
  let path: String
  /// What `needs` lists, with the path of each entry.
  let needs: [(id: String, path: String)]
}

extension PlanReading {
  static let toolStepMembers = [
    "id", "needs", "tool", "arguments", "retry", "timeoutMs", "onUnknownOutcome", "onFailure",
  ]
  static let agentStepMembers = [
    "id", "needs", "agent", "goal", "tools", "budget", "retry", "timeoutMs", "onUnknownOutcome", "onFailure",
  ]
  /// What a step is; one of them.
  static let stepForms = ["tool", "agent", "plan", "wait"]

  /// A step with problems is returned as far as it could be read, so that references to it are not reported as well.
  mutating func step(_ value: JSONValue, at path: String, hasModel: Bool, depth: Int) -> ParsedStep? {
    guard let object = object(value, at: path) else { return nil }
    let id = stepID(in: object)
    let work = work(in: object, hasModel: hasModel, depth: depth)
    var step = Step(id: id ?? "", work: work ?? .tool(ToolName(tool: ""), arguments: [:]))
    if let policy = self.object("retry", in: object).map({ retryPolicy($0) }) { step.retry = policy }
    step.timeout = integer("timeoutMs", in: object, PlanLimits.timeoutMs).map { .milliseconds($0) }
    step.onUnknownOutcome = word("onUnknownOutcome", in: object, UnknownOutcomePolicy.self)
    step.onFailure = word("onFailure", in: object, StepFailurePolicy.self)
    if work?.isAgent == true {
      step.tools = agentTools(in: object)
      step.budget = budget(in: object)
    }
    return ParsedStep(step: step, path: path, needs: needs(in: object))
  }

  private mutating func stepID(in object: PlanObject) -> String? {
    guard object.fields["id"] != nil else {
      report(object.path("id"), "\"id\" is missing: every step has one")
      return nil
    }
    guard let id = string("id", in: object) else { return nil }
    guard Self.isID(id) else {
      report(
        object.path("id"), "\"\(id.prefix(80))\" is no id",
        hint: "ids begin with a small letter and go on with small letters, digits and _, 64 characters at most")
      return nil
    }
    return id
  }

  static func isID(_ text: String) -> Bool {
    let bytes = text.utf8
    guard let first = bytes.first, bytes.count <= 64, first >= UInt8(ascii: "a"), first <= UInt8(ascii: "z") else {
      return false
    }
    return bytes.allSatisfy {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        || $0 == UInt8(ascii: "_")
    }
  }

  private mutating func work(in object: PlanObject, hasModel: Bool, depth: Int) -> StepWork? {
    let forms = Self.stepForms.filter { object.fields[$0] != nil }
    guard let form = forms.first, forms.count == 1 else {
      refuseUnknownMembers(
        of: object, known: Self.toolStepMembers + ["agent", "goal", "tools", "plan", "inputs", "wait"])
      report(
        object.path,
        forms.isEmpty ? "the step does nothing" : "a step is one thing, not \(forms.joined(separator: " and "))",
        hint: forms.isEmpty ? "give tool and arguments, or plan, or wait" : "make two steps of it")
      return nil
    }
    switch form {
    case "tool": return toolWork(in: object)
    case "agent": return agentWork(in: object, hasModel: hasModel)
    case "plan": return planWork(in: object, hasModel: hasModel, depth: depth)
    default: return waitWork(in: object)
    }
  }

  private mutating func toolWork(in object: PlanObject) -> StepWork? {
    for member in ["tools", "budget", "priority"] where object.fields[member] != nil {
      report(object.path(member), "\"\(member)\" has no meaning for a tool step", hint: "leave it out")
    }
    refuseUnknownMembers(of: object, known: Self.toolStepMembers + ["tools", "budget", "priority"])
    let arguments = self.object("arguments", in: object)?.fields ?? [:]
    return string("tool", in: object).map { .tool(ToolName(qualified: $0), arguments: arguments) }
  }

  private mutating func agentWork(in object: PlanObject, hasModel: Bool) -> StepWork? {
    if object.fields["priority"] != nil {
      report(object.path("priority"), "\"priority\" of an agent step is not supported yet", hint: "leave it out")
    }
    refuseUnknownMembers(of: object, known: Self.agentStepMembers + ["priority"])
    let kind = agentKind(in: object)
    let goal = string("goal", in: object)
    if object.fields["goal"] == nil {
      report(object.path("goal"), "\"goal\" is missing: it tells the agent what to do")
    }
    if !hasModel {
      report(
        object.path("agent"), "an agent step needs a model, and none is configured",
        hint: "configure one under models.providers, or use tool steps", kind: .modelUnavailable)
    }
    guard let kind, let goal else { return nil }
    return .agent(kind, goal: goal)
  }

  /// Whether somebody is described under a name of their own is for ``PlanChecker`` to say.
  private mutating func agentKind(in object: PlanObject) -> AgentKind? {
    if let kind = object.fields["agent"]?.stringValue.map({ AgentKind(rawValue: $0) }) {
      if isGrown, kind == .planner || kind == .critic { return kind }
      if AgentKind.isName(kind.rawValue), !kind.isBuiltIn { return kind }
    }
    return word("agent", in: object, PlanAgent.self).map { AgentKind(rawValue: $0.rawValue) }
  }

  private mutating func agentTools(in object: PlanObject) -> [String]? {
    guard let values = array("tools", in: object) else { return nil }
    var names: [String] = []
    for (place, value) in values.enumerated() {
      let path = "\(object.path("tools"))[\(place)]"
      if let name = value.stringValue, !name.isEmpty {
        names.append(name)
      } else {
        reportMismatch(path, expected: "the name of a tool", found: value)
      }
    }
    return names
  }

  /// The agents that a plan may name; the others have their own places in a task's life.
  enum PlanAgent: String, CaseIterable {
    case worker, researcher, writer, validator
  }

  private mutating func retryPolicy(_ object: PlanObject) -> RetryPolicy {
    refuseUnknownMembers(of: object, known: ["attempts", "backoffMs", "jitter"])
    if object.fields["attempts"] == nil {
      report(object.path("attempts"), "\"attempts\" is missing: how often the step is tried at most")
    }
    var policy = RetryPolicy(attempts: integer("attempts", in: object, PlanLimits.attempts) ?? 1)
    if let pause = integer("backoffMs", in: object, PlanLimits.backoffMs) { policy.backoff = .milliseconds(pause) }
    if let jitter = number("jitter", in: object) {
      if (0...1).contains(jitter) { policy.jitter = jitter } else { report(object.path("jitter"), "expected 0…1") }
    }
    return policy
  }

  private mutating func needs(in object: PlanObject) -> [(id: String, path: String)] {
    var needs: [(id: String, path: String)] = []
    for (place, value) in (array("needs", in: object) ?? []).enumerated() {
      let path = "\(object.path("needs"))[\(place)]"
      if let id = value.stringValue {
        needs.append((id, path))
      } else {
        reportMismatch(path, expected: "the id of a step", found: value)
      }
    }
    return needs
  }
}
