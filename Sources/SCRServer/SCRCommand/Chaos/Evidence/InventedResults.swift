import SCRProtocol

/// What the runtime says that a step gave is what its tool wrote into the ledger, and what was passed on to other steps is
/// the same.
enum InventedResults {
  static func check(_ evidence: Evidence) -> Finding {
    var finding = Finding()
    for file in evidence.files where file.answer != nil {
      for step in file.task.steps where step.isCall {
        if evidence.isOwn(file) { finding.checked += 1 }
        if let violation = result(of: step, file, in: evidence.round) { finding.violations.append(violation) }
        if let violation = inputs(of: step, file, in: evidence.round) { finding.violations.append(violation) }
      }
      if let violation = end(file, in: evidence.round) { finding.violations.append(violation) }
    }
    return finding
  }

  private static func result(of step: ChaosStep, _ file: TaskFile, in round: Int) -> Violation? {
    guard file.step(step.id)?["state"] == "completed" else { return nil }
    let lines = file.lines(of: step)
    let given = lines.filter { $0.kind != .refusal }.map(\.serial)
    let told = file.serial(of: step.id)
    if let told, given.contains(told) { return nil }
    return file.violation(
      .results, in: round, step: step.id,
      "it completed with \(told ?? "no serial number"), which is none of those that its tool wrote down",
      evidence: lines.map(\.json.jsonText))
  }

  private static func inputs(of step: ChaosStep, _ file: TaskFile, in round: Int) -> Violation? {
    for line in file.lines(of: step) {
      let needs = step.needs.filter { file.task.step($0)?.givesSerial == true }
      for need in needs where line.from[need] != file.serial(of: need) || line.from[need] == nil {
        return file.violation(
          .results, in: round, step: step.id,
          "it was called with \(line.from[need] ?? "nothing") from \(need), which gave \(file.serial(of: need) ?? "nothing")",
          evidence: [line.json.jsonText])
      }
    }
    return nil
  }

  private static func end(_ file: TaskFile, in round: Int) -> Violation? {
    guard file.state == "completed", let last = file.task.steps.last else { return nil }
    let open = file.task.steps.map(\.id).filter { file.step($0)?["state"] != "completed" }
    if open.isEmpty, file.answer?["result"]?.stringValue == file.serial(of: last.id) { return nil }
    return file.violation(
      .results, in: round,
      open.isEmpty
        ? "its result is not what its last step gave" : "it completed, and its step \(open[0]) did not",
      evidence: [String((file.answer?.jsonText ?? "").prefix(2000))])
  }
}
