import SCRProtocol
import SCRRuntime

/// When nothing is wrong any more, every task has ended, or waits and says what for; and what did not complete says why.
enum UnexplainedTasks {
  static func check(_ evidence: Evidence) -> Finding {
    var finding = Finding()
    for file in evidence.files {
      guard let answer = file.answer else { continue }
      if evidence.isOwn(file) { finding.checked += 1 }
      if let complaint = complaint(file, answer) {
        finding.violations.append(
          file.violation(
            .unexplained, in: evidence.round, complaint,
            evidence: file.events.suffix(6).map(\.text) + [String(answer.jsonText.prefix(2000))]
              + (file.explanation.map { [$0] } ?? [])))
      }
    }
    return finding
  }

  private static func complaint(_ file: TaskFile, _ answer: JSONValue) -> String? {
    let reason = answer["reason"]?["message"]?.stringValue ?? ""
    guard let state = file.state.flatMap(TaskState.init) else { return "it is in no state that there is" }
    switch state {
    case .completed: break
    case .failed, .cancelled, .dead, .waiting:
      if reason.isEmpty { return "it is \(state.rawValue) without a reason" }
    case .queued, .scheduled, .running: return "it is still \(state.rawValue) after everything was well again"
    }
    return state.isFinal ? untold(file, state) : nil
  }

  /// Whoever follows the events has to hear of the end.
  private static func untold(_ file: TaskFile, _ state: TaskState) -> String? {
    let isTold = file.events.contains { $0.restingState == state }
    return isTold || file.events.isEmpty ? nil : "it is \(state.rawValue), and no event told of it"
  }
}
