import SCRProtocol
import SCRRuntime

/// What became of a run so far. Pure.
struct ChaosOutcome: Sendable {
  let plan: ChaosPlan
  private(set) var rounds = 0
  private(set) var faults: [FaultKind: Int] = [:]
  /// By invariant: how much was looked at.
  private(set) var checked: [Invariant: Int] = [:]
  /// By invariant: how often it did not hold.
  private(set) var found: [Invariant: Int] = [:]
  /// Some of each.
  private(set) var violations: [Violation] = []
  /// By state: how the tasks ended, or that they wait.
  private(set) var states: [String: Int] = [:]
  private(set) var accepted = 0
  var effects = 0
  var lives = 0
  var duration: Duration = .zero
  /// Where everything lies; nil once it was removed.
  var folder: String?
  var wasInterrupted = false

  /// What is shown of one invariant at most: of a broken build a few say everything.
  static let mostViolations = 5

  init(plan: ChaosPlan) { self.plan = plan }

  var holds: Bool { violations.isEmpty }

  mutating func add(_ evidence: Evidence) {
    rounds += 1
    for kind in evidence.faults { faults[kind, default: 0] += 1 }
    for file in evidence.files where file.round == evidence.round {
      accepted += 1
      if let state = file.state { states[state, default: 0] += 1 }
    }
    take(evidence.findings(), of: evidence)
  }

  /// What was found after the last round.
  mutating func addEnd(_ evidence: Evidence) { take(evidence.findings(), of: evidence) }

  private mutating func take(_ findings: [Invariant: Finding], of evidence: Evidence) {
    for invariant in Invariant.allCases {
      guard let finding = findings[invariant] else { continue }
      checked[invariant, default: 0] += finding.checked
      let room = max(0, Self.mostViolations - found[invariant, default: 0])
      violations += finding.violations.prefix(room)
      found[invariant, default: 0] += finding.violations.count
    }
  }

  func count(of invariant: Invariant) -> Int { found[invariant] ?? 0 }

  /// The command that does the same again.
  var command: String {
    var words = ["scr chaos", "--rounds \(plan.rounds)", "--seed \(plan.seed)", "--tasks \(plan.tasksPerRound)"]
    if plan.kinds != FaultKind.available { words.append("--only \(plan.kinds.map(\.rawValue).joined(separator: ","))") }
    return words.joined(separator: " ")
  }
}

extension ChaosOutcome {
  /// `{ok, seed, rounds, tasksPerRound, durationMs, tasks, states, effects, lives, faults, invariants, violations, repeat,
  /// folder?, interrupted?}`.
  var json: JSONValue {
    var fields: JSONObject = [
      "ok": .bool(holds && !wasInterrupted), "seed": .string("\(plan.seed)"), "rounds": .init(rounds),
      "tasksPerRound": .init(plan.tasksPerRound), "durationMs": .integer(duration.milliseconds),
      "tasks": .init(accepted), "states": Self.counts(states.sorted { $0.key < $1.key }), "effects": .init(effects),
      "lives": .init(lives),
      "faults": Self.counts(plan.kinds.map { ($0.rawValue, faults[$0] ?? 0) }),
      "invariants": .object(
        JSONObject(
          Invariant.allCases.map { invariant in
            JSONField(
              key: invariant.rawValue,
              value: [
                "claim": .string(invariant.claim), "violations": .init(count(of: invariant)),
                "checked": .init(checked[invariant] ?? 0),
              ])
          })),
      "violations": .array(violations.map(\.json)), "repeat": .string(command),
    ]
    fields["folder"] = folder.map { .string($0) }
    if wasInterrupted { fields["interrupted"] = true }
    return .object(fields)
  }

  private static func counts(_ counts: [(String, Int)]) -> JSONValue {
    .object(JSONObject(counts.map { JSONField(key: $0.0, value: .init($0.1)) }))
  }
}
