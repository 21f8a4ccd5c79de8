import SCRProtocol
import SCRRuntime

/// Accepted is accepted: every task whose submission was answered is there, and whatever was told of it stays true.
enum LostTasks {
  static func check(_ evidence: Evidence) -> Finding {
    var finding = Finding()
    for file in evidence.files where file.isAccepted || file.events.contains(where: { $0.kind == .taskSubmitted }) {
      if evidence.isOwn(file) { finding.checked += 1 }
      finding.violations += violations(file, in: evidence.round)
    }
    finding.violations += evidence.vanished.map { event in
      Violation(
        invariant: .lost, round: evidence.round, taskID: event.taskID, stepID: event.stepID,
        text: "an event that was told is no longer in the store", evidence: [event.text])
    }
    return finding
  }

  private static func violations(_ file: TaskFile, in round: Int) -> [Violation] {
    if file.isMissing {
      return [
        file.violation(
          .lost, in: round, "it was accepted, and get_task does not know it", evidence: file.events.map(\.text))
      ]
    }
    guard let answer = file.answer, let end = file.end, TaskFile.End(answer) != end else { return [] }
    return [
      file.violation(
        .lost, in: round,
        "it had ended as \(end.state), and now it is \(file.state ?? "nothing") or gives another result",
        evidence: [answer.jsonText])
    ]
  }
}
