package import SCRProtocol

/// One thing that is wrong with a plan.
package struct PlanProblem: Sendable, Hashable, CustomStringConvertible {
  /// `invalid_plan` for faults of the plan; `invalid_input`, `denied`, `model_unavailable`, `too_large` where something
  /// else has to change than its text.
  package var kind: ErrorKind
  /// `steps[2].tool`; empty for the plan as a whole.
  package var path: String
  /// What is wrong and what would be right.
  package var message: String
  package var hint: String?
  /// Where it stands in the file; nil for plans that came over the wire.
  package var location: SourceLocation?

  package init(
    _ kind: ErrorKind = .invalidPlan, path: String, _ message: String, hint: String? = nil,
    location: SourceLocation? = nil
  ) {
    self.kind = kind
    self.path = path
    self.message = message
    self.hint = hint
    self.location = location
  }

  /// `plan.yaml:4:9: steps[2].tool: there is no tool "calc" (did you mean "calculator"?)`.
  package var description: String {
    let place = [location?.description, path.isEmpty ? nil : path].compactMap { $0 }.map { "\($0): " }.joined()
    return place + message + (hint.map { " (\($0))" } ?? "")
  }
}

/// Everything that is wrong with a plan.
package struct PlanError: Error, Sendable, Hashable, CustomStringConvertible {
  /// At least one.
  package let problems: [PlanProblem]

  package init(problems: [PlanProblem]) { self.problems = problems }

  /// The kind that all problems share; `invalid_plan` where they differ.
  package var kind: ErrorKind {
    let kinds = Set(problems.map(\.kind))
    return kinds.count == 1 ? kinds.first ?? .invalidPlan : .invalidPlan
  }

  /// One line a problem.
  package var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// How much a plan may ask of us.
package enum PlanLimits {
  package static let steps = 1000
  /// Bytes of the plan as compact JSON.
  package static let bytes = 4 << 20
  package static let titleBytes = 500
  package static let attempts = 1...100
  package static let backoffMs = 0...60_000
  package static let timeoutMs = 1...86_400_000
  /// Plans within each other, the outermost included.
  package static let depth = 8
  /// Child tasks that one task may have, repeated attempts included.
  package static let children = 1000
  package static let options = 1...20
  package static let waitMs = 1...31_536_000_000
  /// Problems that are reported at once.
  package static let problems = 100
}
