import SCRProtocol

/// What the expressions of a plan may refer to.
struct PlanReferences {
  let inputs: JSONObject
  let ids: Set<String>
  /// Steps whose ids could not be read may be what is meant: then unknown ids are not reported.
  let isComplete: Bool

  init(inputs: JSONObject, steps: [ParsedStep], count: Int) {
    self.inputs = inputs
    ids = Set(steps.map(\.step.id)).subtracting([""])
    isComplete = steps.count == count && steps.allSatisfy { !$0.step.id.isEmpty }
  }
}

extension PlanReading {
  /// Parses every expression within a value and reports what leads nowhere.
  /// - Returns: the steps that it refers to.
  mutating func expressions(in value: JSONValue, at path: String, _ references: PlanReferences) -> Set<String> {
    var steps: Set<String> = []
    for (path, text) in value.templates(path: path) where text.contains("${") {
      do throws(TemplateError) {
        for expression in try Template(text).expressions {
          switch expression.root {
          case .inputs: checkInput(expression, at: path, references)
          case .step(let id): if isStep(id, at: path, references) { steps.insert(id) }
          }
        }
      } catch { report(path, error.message) }
    }
    return steps
  }

  private mutating func checkInput(_ expression: Expression, at path: String, _ references: PlanReferences) {
    guard case .name(let name)? = expression.parts.first, references.inputs[name] == nil else { return }
    report(
      path, "there is no input \"\(name.prefix(80))\" in ${\(expression.source.prefix(200))}",
      hint: Self.didYouMean(name, references.inputs.keys) ?? "declare it under inputs; null means it must be given")
  }

  private mutating func isStep(_ id: String, at path: String, _ references: PlanReferences) -> Bool {
    if references.ids.contains(id) { return true }
    if references.isComplete {
      report(path, "there is no step \"\(id.prefix(80))\"", hint: Self.didYouMean(id, references.ids.sorted()))
    }
    return false
  }

  /// Fills in the dependencies of all steps: what they list and what their expressions refer to.
  mutating func connect(_ steps: inout [ParsedStep], _ references: inout PlanReferences) {
    for place in steps.indices {
      let step = steps[place]
      var dependencies: Set<String> = []
      for need in step.needs where isStep(need.id, at: need.path, references) { dependencies.insert(need.id) }
      switch step.step.work {
      case .tool(_, let arguments):
        dependencies.formUnion(expressions(in: .object(arguments), at: "\(step.path).arguments", references))
      case .agent(_, let goal):
        dependencies.formUnion(expressions(in: .string(goal), at: "\(step.path).goal", references))
      case .wait(let spec):
        for (path, text) in spec.templates {
          dependencies.formUnion(expressions(in: .string(text), at: "\(step.path).wait.\(path)", references))
        }
      case .plan(let child):
        dependencies.formUnion(expressions(in: .object(child.inputs), at: "\(step.path).inputs", references))
      }
      steps[place].step.dependencies = dependencies
    }
  }

  /// Names every circle of steps that wait for each other, each once.
  mutating func refuseCycles(in steps: [ParsedStep]) {
    var rest = Dictionary(steps.map { ($0.step.id, $0.step.dependencies) }) { first, _ in first }
    let paths = Dictionary(steps.map { ($0.step.id, $0.path) }) { first, _ in first }
    while true {
      while let free = rest.first(where: { rest.keys.isDisjoint(from: $0.value) }) { rest[free.key] = nil }
      guard let start = steps.first(where: { rest[$0.step.id] != nil })?.step.id else { return }
      let circle = Self.circle(from: start, in: rest)
      report(
        paths[circle[0]] ?? "steps",
        circle.count == 1
          ? "\(circle[0]) needs itself"
          : "steps wait for each other: \((circle + [circle[0]]).joined(separator: " → "))",
        hint: "an arrow leads from a step to one that it needs")
      for id in circle { rest[id] = nil }
    }
  }

  /// Follows dependencies until a step comes up again. Every step in `graph` has one within it.
  private static func circle(from start: String, in graph: [String: Set<String>]) -> [String] {
    var walked: [String] = []
    var current = start
    while true {
      if let seen = walked.firstIndex(of: current) { return Array(walked[seen...]) }
      walked.append(current)
      guard let next = graph[current]?.filter({ graph[$0] != nil }).min() else { return [current] }
      current = next
    }
  }
}

extension Dictionary.Keys where Key == String {
  fileprivate func isDisjoint(from ids: Set<String>) -> Bool { ids.allSatisfy { !contains($0) } }
}
