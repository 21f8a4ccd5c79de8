import SCRProtocol

/// A tool that is marked idempotent can keep its word only if it gets the same key for every attempt of a step, and never
/// the same key for two steps. A tool without a mark is not called again on the runtime's own account.
enum DoubledEffects {
  static func check(_ evidence: Evidence) -> Finding {
    var finding = Finding()
    for file in evidence.files {
      for step in file.task.steps where step.isCall {
        let lines = file.lines(of: step)
        switch step.tool {
        case .look: break
        case .apply:
          if evidence.isOwn(file) { finding.checked += lines.count { $0.kind == .effect } }
          finding.violations += marked(file, step, lines, in: evidence.round)
        case .act: finding.violations += unmarked(file, step, lines, in: evidence.round)
        }
      }
    }
    finding.violations += sharedKeys(evidence)
    return finding
  }

  private static func marked(
    _ file: TaskFile, _ step: ChaosStep, _ lines: [LedgerLine], in round: Int
  ) -> [Violation] {
    var complaint: String?
    if lines.contains(where: { $0.key == nil }) {
      complaint = "its tool was called without an idempotency key"
    } else if Set(lines.compactMap(\.key)).count > 1 {
      complaint = "its idempotency key changed between attempts"
    } else if lines.count(where: { $0.kind == .effect }) > 1 {
      complaint = "it took effect twice"
    }
    guard let complaint else { return [] }
    return [file.violation(.doubled, in: round, step: step.id, complaint, evidence: lines.map(\.json.jsonText))]
  }

  /// Where the plan asks for further attempts, or for a retry after an unknown outcome, its author wants them.
  private static func unmarked(
    _ file: TaskFile, _ step: ChaosStep, _ lines: [LedgerLine], in round: Int
  ) -> [Violation] {
    let effects = lines.filter { $0.kind == .effect }
    guard step.attempts == 1, file.task.runs == 1, step.onUnknownOutcome != .retry, effects.count > 1 else { return [] }
    return [
      file.violation(
        .doubled, in: round, step: step.id,
        "its tool is not marked, the plan asks for no further attempt, and it took effect \(effects.count) times",
        evidence: effects.map(\.json.jsonText))
    ]
  }

  /// One key for two steps would make a tool pass over the second one's effect.
  private static func sharedKeys(_ evidence: Evidence) -> [Violation] {
    let lines = evidence.files.flatMap(\.lines)
    let byKey = Dictionary(grouping: lines.filter { $0.key != nil }) { $0.key ?? "" }
    return byKey.sorted { $0.key < $1.key }.compactMap { key, lines in
      let tokens = Set(lines.map(\.token))
      guard tokens.count > 1 else { return nil }
      return Violation(
        invariant: .doubled, round: evidence.round,
        text: "the idempotency key \(key) came for \(tokens.sorted().joined(separator: " and for "))",
        evidence: lines.map(\.json.jsonText))
    }
  }
}
