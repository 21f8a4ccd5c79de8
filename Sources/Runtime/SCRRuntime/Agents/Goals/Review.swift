package import SCRProtocol

/// What a critic says of a goal's outcome. Decided by its structure, never by its words.
package struct Review: Sendable, Hashable {
  package enum Verdict: String, Sendable, Hashable, CaseIterable { case pass, revise, fail }

  package struct Criterion: Sendable, Hashable {
    package var name: String
    /// 0…10.
    package var score: Double
    package var reason: String
  }

  package var verdict: Verdict
  package var criteria: [Criterion]
  /// What is to be done.
  package var feedback: [Wish]

  package struct Wish: Sendable, Hashable {
    /// The step that it is about; may be empty.
    package var step: String
    package var what: String
  }

  package init?(json: JSONValue) {
    guard let verdict = json["verdict"]?.stringValue.flatMap(Verdict.init) else { return nil }
    self.verdict = verdict
    criteria = (json["criteria"]?.arrayValue ?? []).compactMap { item in
      guard let name = item["name"]?.stringValue, let score = item["score"]?.doubleValue else { return nil }
      return Criterion(name: name, score: score, reason: item["reason"]?.stringValue ?? "")
    }
    feedback = (json["feedback"]?.arrayValue ?? []).compactMap { item in
      item["what"]?.stringValue.map { Wish(step: item["step"]?.stringValue ?? "", what: $0) }
    }
  }

  /// JSON Schema of the answer.
  package static let schema: JSONValue = PlanSchema.object(
    [
      "criteria": [
        "type": "array", "minItems": 1, "maxItems": 12,
        "items": PlanSchema.object(
          [
            "name": PlanSchema.text("What is judged."), "score": ["type": "number", "minimum": 0, "maximum": 10],
            "reason": PlanSchema.text("Why it is so."),
          ], required: ["name", "score", "reason"]),
      ],
      "verdict": ["enum": PlanSchema.words(Verdict.self)],
      "feedback": [
        "type": "array", "maxItems": 20,
        "items": PlanSchema.object(
          ["step": ["type": "string"], "what": PlanSchema.text("What is to be done.")], required: ["step", "what"]),
      ],
    ], required: ["criteria", "verdict", "feedback"])

  /// What the schema cannot say.
  package static func problems(_ json: JSONValue) -> [String] {
    guard let review = Review(json: json), review.verdict == .revise, review.feedback.isEmpty else { return [] }
    return ["feedback: revise needs to say what is to be done"]
  }

  /// Why a goal is not reached; nil where the critic let it pass.
  ///
  /// - Parameter id: of the critic's step.
  func objection(of id: String) -> TaskReason? {
    guard verdict != .pass else { return nil }
    let wishes = feedback.map { $0.step.isEmpty ? $0.what : "\($0.step): \($0.what)" }
    let low = criteria.filter { $0.score < 5 }.map { "\($0.name) \(Self.text($0.score))/10: \($0.reason)" }
    let words = (wishes + low).joined(separator: "; ").prefix(bytes: 2000)
    let what =
      verdict == .fail
      ? "the critic holds that the goal cannot be reached"
      : "the critic is not content, and no further plan may be made"
    return TaskReason(
      kind: TaskReason.reviewFailed, message: words.isEmpty ? what : "\(what): \(words)", stepID: id,
      hint: "see the steps' values with get_task; say the goal otherwise, or submit a plan")
  }

  static func text(_ score: Double) -> String { JSONValue(score).jsonText }
}

extension Critic {
  /// The newest verdict over a goal; nil for plans without a critic, and where it passed.
  static func objection(to plan: Plan, in scope: TemplateScope) -> TaskReason? {
    let critic = plan.steps.last { $0.isJudge && scope.steps[$0.id] != nil }
    guard let id = critic?.id, let answer = scope.steps[id]?["structuredContent"] else { return nil }
    return Review(json: answer)?.objection(of: id)
  }
}
