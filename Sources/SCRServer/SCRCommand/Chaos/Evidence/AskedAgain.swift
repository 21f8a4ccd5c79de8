import SCRProtocol
import SCRRuntime

/// The first answer to a question counts and stands; whoever comes later is told who was first; and what is answered is not
/// asked again.
enum AskedAgain {
  static func check(_ evidence: Evidence) -> Finding {
    var finding = Finding()
    let files = Dictionary(evidence.files.map { ($0.task.name, $0) }) { first, _ in first }
    for question in evidence.questions {
      guard let file = files[question.taskName] else { continue }
      if evidence.isOwn(file) { finding.checked += 1 }
      let complaint = replies(question) ?? self.question(question, file)
      if let complaint { finding.violations.append(violation(complaint, question, file, evidence)) }
    }
    for (_, questions) in Dictionary(grouping: evidence.questions, by: Place.init) {
      let answered = questions.sorted { ($0.asked.first?.sequence ?? 0) < ($1.asked.first?.sequence ?? 0) }
      guard let question = answered.dropFirst().first, answered[0].decision != nil, let file = files[question.taskName],
        file.task.sides(of: question.kind, step: question.stepID) != nil, file.task.runs == 1
      else { continue }
      finding.violations.append(
        violation("it asked again after it had been answered", question, file, evidence, answered[0].evidence))
    }
    return finding
  }

  private struct Place: Hashable {
    var task: String
    var step: String?
    var kind: String

    init(_ question: ChaosQuestion) { (task, step, kind) = (question.taskName, question.stepID, question.kind) }
  }

  private static func violation(
    _ text: String, _ question: ChaosQuestion, _ file: TaskFile, _ evidence: Evidence, _ more: [String] = []
  ) -> Violation {
    file.violation(
      .answers, in: evidence.round, step: question.stepID, text, evidence: more + question.evidence)
  }

  /// What those who answered were told, against the event of the answer.
  private static func replies(_ question: ChaosQuestion) -> String? {
    if question.asked.count > 1 { return "it was asked twice under one id" }
    if question.answered.count > 1 { return "it was answered twice" }
    var winners: [String] = []
    for reply in question.replies {
      switch reply.outcome {
      case .won(let name):
        winners.append(reply.side)
        guard name == reply.side, question.winner == name, question.decision == reply.decision else {
          return "\(reply.side) was told that its answer counts, and it is not the one that stands"
        }
      case .refused(let words):
        let isNamed = question.winner.map { $0 == "time" ? words.contains("its time was over") : words.contains($0) }
        guard isNamed ?? words.contains("ended before anybody answered") else {
          return "\(reply.side) came later, and was not told that \(question.winner ?? "nobody") was first"
        }
      }
    }
    return winners.count > 1 ? "\(winners.joined(separator: " and ")) were told that their answers count" : nil
  }

  /// What became of the step.
  private static func question(_ question: ChaosQuestion, _ file: TaskFile) -> String? {
    guard let decision = question.decision else { return nil }
    if file.state == TaskState.waiting.rawValue, file.openWaits.isEmpty == false,
      file.step(question.stepID ?? "")?["wait"] != nil
    {
      return "it was answered, and is still asked"
    }
    guard let stepID = question.stepID, question.kind == "approval",
      file.step(stepID)?["state"] == "completed", let value = file.value(of: stepID)
    else { return nil }
    if decision == "timed_out" { return value == ["timedOut": true] ? nil : "its time was over, and it has an answer" }
    guard value["by"]?.stringValue == question.winner, value["decision"]?.stringValue == decision else {
      return "its step completed with another answer than the first: \(value.jsonText.prefix(200))"
    }
    return nil
  }
}
