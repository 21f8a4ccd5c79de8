import SCRProtocol

extension Explanation {
  static func waiting(_ facts: TaskFacts) -> [Cause] {
    let reasons = questions(facts)
    if !reasons.isEmpty { return reasons }
    let steps = facts.steps.filter { $0.state == .waiting }
    if steps.isEmpty {
      let reason = facts.task.reason
      return [
        Cause(kind(reason?.kind), reason?.message ?? "it waits", since: facts.task.updatedAt, hint: reason?.hint)
      ]
    }
    return steps.map { step in
      let reason = step.reason ?? facts.task.reason
      return Cause(
        kind(reason?.kind), "the step \(step.stepID) waits" + (reason.map { ": \($0.message)" } ?? ""),
        since: step.endedAt ?? step.startedAt, hint: reason?.hint)
    }
  }

  private static func kind(_ name: String?) -> Cause.Kind {
    switch name {
    case TaskReason.unknownOutcome?: .unknownOutcome
    default: .waiting
    }
  }

  /// Open waits. Their documents: `{kind, stepId?, question?, options?, event?, key?, childTaskId?}`.
  static func questions(_ facts: TaskFacts) -> [Cause] {
    facts.waits.filter(\.isOpen).map { wait in
      let kind = wait.body["kind"]?.stringValue.flatMap(Cause.Kind.init) ?? .waiting
      let who = wait.body["stepId"]?.stringValue.map { "the step \($0)" } ?? "the task"
      return Cause(
        kind, "\(who) waits \(what(kind, wait.body, facts))", since: wait.createdAt, until: wait.dueAt,
        hint: hint(kind, wait))
    }
  }

  private static func what(_ kind: Cause.Kind, _ body: JSONValue, _ facts: TaskFacts) -> String {
    let question = body["question"]?.stringValue.map { ": \($0)" } ?? ""
    switch kind {
    case .approval: return "for an approval\(question)"
    case .input: return "for an input\(question)"
    case .event:
      let key = body["key"]?.stringValue.map { " with the key \($0)" } ?? ""
      return "for the event \(body["event"]?.stringValue ?? "")\(key)"
    case .time: return "for a moment"
    case .child:
      let id = body["childTaskId"]?.stringValue ?? ""
      let state = facts.children.first { $0.task.id.text == id }.map { ", which is \($0.task.state.rawValue)" } ?? ""
      return "for the task \(id)\(state)"
    case .budget: return "for more of its budget\(question)"
    case .loop: return "because it goes round in circles\(question)"
    case .unknownOutcome: return "for a word on a call of which nobody knows whether it took effect\(question)"
    default: return "for an answer\(question)"
    }
  }

  private static func hint(_ kind: Cause.Kind, _ wait: StoreDocument) -> String? {
    switch kind {
    case .time, .child, .event: return nil
    default:
      let options = (wait.body["options"]?.arrayValue ?? []).compactMap(\.stringValue)
      return "answer_approval with approvalId \(wait.id)"
        + (options.isEmpty ? "" : " and one of: \(options.joined(separator: ", "))")
    }
  }
}
