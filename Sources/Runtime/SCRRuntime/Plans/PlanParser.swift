package import SCRProtocol

/// Reads a plan document (interface.md §5) and checks all that can be known without tools and inputs: members and their
/// types, ids, expressions, references and cycles.
package enum PlanParser {
  /// - Parameters:
  ///   - source: where the parts of the document stand in its file.
  ///   - hasModel: whether agent steps can be run.
  ///   - isGrown: whether it is the plan of a goal, with planners and critics of ours in it.
  /// - Throws: ``PlanError`` with every problem at once, up to ``PlanLimits/problems``.
  package static func parse(
    _ document: JSONValue, source: SourceMap = SourceMap(), hasModel: Bool = false, isGrown: Bool = false
  ) throws(PlanError) -> Plan {
    var reading = PlanReading(source: source)
    reading.isGrown = isGrown
    let plan = reading.plan(document, hasModel: hasModel)
    guard let plan, reading.problems.isEmpty else { throw PlanError(problems: reading.problems) }
    return plan
  }
}

extension PlanReading {
  static let planMembers = ["title", "inputs", "steps", "expect", "result", "failure", "retry"]

  fileprivate mutating func plan(_ document: JSONValue, hasModel: Bool) -> Plan? {
    guard let root = object(document, at: "") else { return nil }
    let size = document.encoded.count
    guard size <= PlanLimits.bytes else {
      report("", "the plan has \(size) bytes as JSON, over the limit of \(PlanLimits.bytes)", kind: .tooLarge)
      return nil
    }
    return plan(root, hasModel: hasModel, depth: 1)
  }

  /// - Parameter depth: 1 for the outermost plan.
  mutating func plan(_ root: PlanObject, hasModel: Bool, depth: Int) -> Plan? {
    refuseUnknownMembers(of: root, known: Self.planMembers)
    let title = string("title", in: root)
    if let title, title.utf8.count > PlanLimits.titleBytes {
      report(root.path("title"), "the title is longer than \(PlanLimits.titleBytes) bytes")
    }
    let inputs = object("inputs", in: root)?.fields ?? [:]
    for key in inputs.keys where key.isEmpty { report(root.path("inputs"), "an input needs a name") }

    let documents = stepDocuments(in: root)
    var steps: [ParsedStep] = []
    for (place, value) in documents.enumerated() {
      let path = "\(root.path("steps"))[\(place)]"
      if let step = step(value, at: path, hasModel: hasModel, depth: depth) { steps.append(step) }
    }
    var references = PlanReferences(inputs: inputs, steps: steps, count: documents.count)
    refuseRepeatedIDs(steps)
    connect(&steps, &references)
    let expectations = self.expectations(in: root, references)
    let result = root.fields["result"]
    if let result { _ = expressions(in: result, at: root.path("result"), references) }
    refuseCycles(in: steps)
    var plan = Plan(
      title: title ?? Self.title(of: steps), inputs: inputs, steps: steps.map(\.step), expectations: expectations,
      result: result, failure: word("failure", in: root, PlanFailurePolicy.self) ?? .finishOthers)
    plan.retry = taskRetry(in: root)
    return plan
  }

  private mutating func taskRetry(in root: PlanObject) -> TaskRetry? {
    guard let json = root.fields["retry"] else { return nil }
    do throws(ShapeError) { return try TaskRetry(json: json, path: root.path("retry")) } catch {
      report(error.path, error.message, hint: error.hint)
      return nil
    }
  }

  private mutating func stepDocuments(in root: PlanObject) -> [JSONValue] {
    let path = root.path("steps")
    guard root.fields["steps"] != nil else {
      let given = Set(root.fields.keys)
      // A misspelt `steps` is reported already, with its suggestion.
      if given.isSubset(of: Self.planMembers) { report(path, "\"steps\" is missing: a plan has at least one step") }
      return []
    }
    let documents = array("steps", in: root)
    if let documents, documents.isEmpty { report(path, "a plan has at least one step") }
    if let documents, documents.count > PlanLimits.steps {
      report(path, "\(documents.count) steps are over the limit of \(PlanLimits.steps)")
      return []
    }
    return documents ?? []
  }

  private mutating func refuseRepeatedIDs(_ steps: [ParsedStep]) {
    var first: [String: String] = [:]
    for step in steps where !step.step.id.isEmpty {
      if let other = first[step.step.id] {
        report("\(step.path).id", "the id \"\(step.step.id)\" is taken by \(other)")
      } else {
        first[step.step.id] = step.path
      }
    }
  }

  private static func title(of steps: [ParsedStep]) -> String {
    let ids = steps.prefix(4).map(\.step.id).joined(separator: ", ")
    return steps.count > 4 ? "\(ids), …" : ids
  }
}
