import SCRProtocol
import SCRTestSupport

/// A model that reaches a goal in two rounds: a plan that policy refuses and one that it does not, a worker whose calls meet
/// an error and a refusal, a critic who wants more, and a second plan. Its first plan is not even by its schema.
struct GoalModel: Sendable {
  static let goal = "Keep what is worth keeping."
  static let answer = "One is kept, two is kept."

  /// How often the worker's last answer is held back for good: once for each life that is to end there.
  let silences: Counter
  /// Fires when the model keeps silent.
  let silent = Signal<Void>()

  init(silences: Int) { self.silences = Counter(silences) }

  func reply(to ask: VendorAsk) -> VendorReply {
    switch Self.role(of: ask) {
    case .planner: .json(Self.plan(ask))
    case .critic: .json(Self.review(ask))
    case .worker: work(ask)
    }
  }

  enum Role: Hashable { case planner, worker, critic }

  /// Only a schema tells who asks.
  static func role(of ask: VendorAsk) -> Role {
    guard let members = ask.schema?["properties"] else { return .worker }
    return members["steps"] != nil ? .planner : .critic
  }

  private static func beginning(_ ask: VendorAsk) -> String {
    if case .user(let text) = ask.turns.first { text } else { "" }
  }

  private static func plan(_ ask: VendorAsk) -> JSONValue {
    // In the second round the planner is given what the critic wants.
    if beginning(ask).contains("keep three as well") {
      return [
        "steps": [["id": "more", "tool": "fake.append", "arguments": ["line": "three"]]],
        "result": "${steps.note.text}",
      ]
    }
    let refused: JSONValue = ["id": "break", "tool": "fake.fail", "arguments": [:]]
    if ask.answers == 0 { return ["steps": "none"] }
    let note: JSONValue = ["id": "note", "agent": "worker", "goal": "Keep one and two."]
    return ask.answers == 1 ? ["steps": [refused]] : ["steps": [note], "result": "${steps.note.text}"]
  }

  private static func review(_ ask: VendorAsk) -> JSONValue {
    let isDone = beginning(ask).contains("more (completed)") || beginning(ask).contains("Step more")
    return [
      "criteria": [["name": "goal met", "score": isDone ? 9 : 4, "reason": isDone ? "it is" : "three is missing"]],
      "verdict": isDone ? "pass" : "revise",
      "feedback": isDone ? [] : [["step": "note", "what": "keep three as well"]],
    ]
  }

  private func work(_ ask: VendorAsk) -> VendorReply {
    switch ask.answers {
    case 0:
      return .calls(
        ("fake_append", ["line": "one"]), ("filesystem_read_text_file", ["path": "missing.txt"]), after: ask,
        text: "I begin — ünd lese 📎.")
    case 1: return .calls(("fake_fail", [:]), after: ask)
    case 2: return .calls(("fake_append", ["line": "two"]), after: ask)
    default:
      guard silences.take() else { return .text(Self.answer) }
      silent.fire()
      return .silence
    }
  }
}
