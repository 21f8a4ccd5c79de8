package import SCRProtocol

/// The plan of a goal: it begins with a planner's step and grows by what planners and critics answer.
///
/// ```
/// plan → (what it planned) → review → plan_2 → (what it added) → review_2 …
/// ```
///
/// Nothing of it is ever changed or taken away, so that each commit that makes it longer leaves the whole history in place.
package enum GoalPlan {
  /// The plan that a goal is accepted with.
  package static func document(goal: String, title: String?, inputs: JSONObject) -> JSONValue {
    var fields: JSONObject = ["title": .string(title ?? Self.title(of: goal))]
    if !inputs.isEmpty { fields["inputs"] = .object(inputs) }
    fields["steps"] = [step(plannerID(1), .planner, goal: goal, needs: [])]
    return .object(fields)
  }

  /// The beginning of the goal, in one line.
  static func title(of goal: String) -> String {
    let line = goal.split(whereSeparator: \.isNewline).first.map(String.init) ?? goal
    return line.utf8.count <= 120 ? line : line.prefix(bytes: 119) + "…"
  }

  /// The plan after one of its planners or critics has answered.
  ///
  /// - Parameters:
  ///   - value: the step's value.
  ///   - rounds: plans that may be made.
  /// - Returns: nil where the plan stays as it is.
  package static func grown(
    _ document: JSONValue, by id: String, _ kind: AgentKind, value: JSONValue, rounds: Int
  ) -> JSONValue? {
    guard let round = round(of: id), let answer = value["structuredContent"], let goal = goal(of: document) else {
      return nil
    }
    switch kind {
    case .planner: return planned(document, answer, round: round, goal: goal)
    case .critic:
      guard round < rounds, Review(json: answer)?.verdict == .revise else { return nil }
      return adding([step(plannerID(round + 1), .planner, goal: goal, needs: [id])], to: document)
    default: return nil
    }
  }

  static func planned(_ document: JSONValue, _ answer: JSONValue, round: Int, goal: String) -> JSONValue? {
    guard let steps = answer["steps"]?.arrayValue, !steps.isEmpty else { return nil }
    let judged = ids(of: document).filter { !isOwn($0) } + steps.compactMap { $0["id"]?.stringValue }
    var grown = adding(
      steps + [step(criticID(round), .critic, goal: goal, needs: judged)], to: document)
    guard var fields = grown.objectValue else { return nil }
    fields["result"] = answer["result"] ?? result(of: steps)
    grown = .object(fields)
    return grown
  }

  /// What the steps gave that no other of them needs.
  private static func result(of steps: [JSONValue]) -> JSONValue {
    let ids = steps.compactMap { $0["id"]?.stringValue }
    let needed = steps.reduce(into: Set<String>()) { needed, step in
      for id in step["needs"]?.arrayValue ?? [] { needed.insert(id.stringValue ?? "") }
      var rest = step.objectValue ?? [:]
      rest["id"] = nil
      for (_, text) in JSONValue.object(rest).templates(path: "") {
        for expression in (try? Template(text))?.expressions ?? [] {
          if case .step(let id) = expression.root { needed.insert(id) }
        }
      }
    }
    let last = ids.filter { !needed.contains($0) }
    if last.count == 1 { return .string("${steps.\(last[0]).text}") }
    return .object(JSONObject(last.map { JSONField(key: $0, value: .string("${steps.\($0).text}")) }))
  }

  private static func adding(_ steps: [JSONValue], to document: JSONValue) -> JSONValue {
    guard var fields = document.objectValue else { return document }
    fields["steps"] = .array((fields["steps"]?.arrayValue ?? []) + steps)
    return .object(fields)
  }

  private static func step(_ id: String, _ kind: AgentKind, goal: String, needs: [String]) -> JSONValue {
    var fields: JSONObject = ["id": .string(id)]
    if !needs.isEmpty { fields["needs"] = .array(needs.map { .string($0) }) }
    fields["agent"] = .string(kind.rawValue)
    fields["goal"] = .string(escaped(goal))
    return .object(fields)
  }

  /// A goal is no template.
  static func escaped(_ goal: String) -> String {
    goal.split(separator: "${", omittingEmptySubsequences: false).joined(separator: "$${")
  }

  /// As it stands in the first step.
  private static func goal(of document: JSONValue) -> String? {
    guard let text = document["steps"]?.arrayValue?.first?["goal"]?.stringValue else { return nil }
    return (try? Template(text).value(in: TemplateScope(inputs: [:], steps: [:])))?.stringValue
  }

  // MARK: Ids of our own

  static func plannerID(_ round: Int) -> String { round == 1 ? "plan" : "plan_\(round)" }
  static func criticID(_ round: Int) -> String { round == 1 ? "review" : "review_\(round)" }

  /// Whether it is, or may become, the id of a planner's or critic's step.
  package static func isOwn(_ id: String) -> Bool { round(of: id) != nil }

  static func round(of id: String) -> Int? {
    for base in ["plan", "review"] where id.hasPrefix(base) {
      if id == base { return 1 }
      let rest = id.dropFirst(base.count)
      if rest.hasPrefix("_"), let round = Int(rest.dropFirst()), round > 1 { return round }
    }
    return nil
  }

  static func ids(of document: JSONValue) -> [String] {
    (document["steps"]?.arrayValue ?? []).compactMap { $0["id"]?.stringValue }
  }
}
