import SCRProtocol
import SCRRuntime

/// An event that was taken in for a task comes to one step of it, once.
enum LostLetters {
  static func check(_ evidence: Evidence) -> Finding {
    var finding = Finding()
    for file in evidence.files where !file.task.eventSteps.isEmpty {
      let letters = evidence.letters[file.task.name] ?? []
      if evidence.isOwn(file) { finding.checked += letters.count { $0.receipt != nil } }
      if let complaint = complaint(file, letters) {
        finding.violations.append(
          file.violation(.letters, in: evidence.round, complaint, evidence: shown(file, letters)))
      }
    }
    return finding
  }

  private static func complaint(_ file: TaskFile, _ letters: [ChaosLetter]) -> String? {
    let steps = file.task.eventSteps
    let values = steps.filter { file.hasCompleted($0) }.map { file.value(of: $0.id)?.stringValue ?? "" }
    if let stranger = values.first(where: { value in !letters.contains { $0.text == value } }) {
      return "a step got the event \"\(stranger.prefix(100))\", which nobody sent"
    }
    if Set(values).count < values.count { return "one event came to two steps" }
    if let letter = letters.first(where: { ($0.receipt?.delivered.count ?? 0) > 1 }) {
      return "the event \"\(letter.text)\" was delivered to \(letter.receipt?.delivered.count ?? 0) steps"
    }
    let taken = letters.count { $0.receipt != nil }
    guard file.state == TaskState.waiting.rawValue, taken >= steps.count,
      let step = steps.first(where: { file.step($0.id)?["wait"]?["kind"] == "event" })
    else { return nil }
    return "\(taken) events were taken in for it, and \(step.id) still waits for one"
  }

  private static func shown(_ file: TaskFile, _ letters: [ChaosLetter]) -> [String] {
    letters.map { letter in
      let receipt = letter.receipt.map { $0.isKept ? "kept" : "delivered to \($0.delivered)" } ?? "no answer"
      return "sent \(letter.text): \(receipt)"
    }
      + file.task.eventSteps.map { "\($0.id): \((file.step($0.id) ?? .null).jsonText.prefix(500))" }
  }
}
