import SCRProtocol
import SCRRuntime

/// A task makes no more calls than its budget allows until somebody has given it more.
enum BrokenBudgets {
  static func check(_ evidence: Evidence) -> Finding {
    var finding = Finding()
    for file in evidence.files {
      guard let budget = file.task.budget else { continue }
      if evidence.isOwn(file) { finding.checked += 1 }
      guard case .toolCalls(let limit) = budget.limit else { continue }
      let extended = file.events.first { $0.kind == .approvalAnswered && $0.data["kind"] == "budget" }
      let begun = file.events.filter {
        $0.kind == .stepStarted && $0.sequence < extended?.sequence ?? .max
      }
      // An attempt that never reached its tool is made again under its number.
      let attempts = Set(begun.map { "\($0.stepID ?? "") \($0.data["attempt"]?.integerValue ?? 0)" })
      guard attempts.count > limit else { continue }
      finding.violations.append(
        file.violation(
          .budgets, in: evidence.round, "it made \(attempts.count) of \(limit) calls before it was given more",
          evidence: file.events.map(\.text)))
    }
    return finding
  }
}
