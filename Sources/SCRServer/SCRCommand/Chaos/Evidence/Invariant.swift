import SCRProtocol

/// What has to hold whatever happens.
enum Invariant: String, Sendable, Hashable, CaseIterable {
  case lost
  case repeated
  case doubled
  case orphans
  case unexplained
  case keys
  case results
  case owner
  case alive
  case answers
  case letters
  case early
  case ticks
  case children
  case held
  case drained
  case budgets

  /// What is counted; none of it may be there.
  var claim: String {
    switch self {
    case .lost: "accepted tasks lost"
    case .repeated: "finished steps run again"
    case .doubled: "effects doubled on idempotent-marked tools"
    case .orphans: "orphan processes"
    case .unexplained: "tasks neither ended nor explained"
    case .keys: "idempotency keys with more than one task"
    case .results: "results that no tool gave"
    case .owner: "second owners of the directory"
    case .alive: "starts, stops and submissions that failed"
    case .answers: "questions asked again, or answered twice"
    case .letters: "sent events lost, or delivered twice"
    case .early: "tasks and steps before their time"
    case .ticks: "ticks of schedules lost, or run twice"
    case .children: "child tasks lost, doubled, or left behind"
    case .held: "tasks begun while the queue was held"
    case .drained: "drained tasks that do not say so"
    case .budgets: "calls beyond a budget"
    }
  }

  /// What was looked at.
  var unit: String {
    switch self {
    case .lost, .unexplained: "tasks"
    case .repeated, .results: "steps"
    case .doubled: "effects"
    case .orphans: "processes"
    case .keys: "keys"
    case .owner, .alive: "attempts"
    case .answers: "questions"
    case .letters: "events"
    case .early: "moments"
    case .ticks: "ticks"
    case .children: "children"
    case .held: "holds"
    case .drained: "tasks"
    case .budgets: "budgets"
    }
  }
}

/// Something that did not hold, with what shows it.
struct Violation: Sendable, Hashable {
  var invariant: Invariant
  var round: Int
  var taskName: String?
  var taskID: String?
  var stepID: String?
  /// What happened, in a sentence without a full stop.
  var text: String
  /// Lines of the ledger, events, answers.
  var evidence: [String] = []

  var json: JSONValue {
    var fields: JSONObject = ["invariant": .string(invariant.rawValue), "round": .init(round)]
    fields["task"] = taskName.map { .string($0) }
    fields["taskId"] = taskID.map { .string($0) }
    fields["stepId"] = stepID.map { .string($0) }
    fields["text"] = .string(text)
    fields["evidence"] = .array(evidence.map { .string($0) })
    return .object(fields)
  }
}

/// What one check found, and how much it looked at.
struct Finding: Sendable, Hashable {
  var checked = 0
  var violations: [Violation] = []
}
