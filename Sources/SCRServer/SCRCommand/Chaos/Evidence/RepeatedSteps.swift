import SCRProtocol
import SCRRuntime

/// A step that completed is over: it never starts again, completes once, and no tool is called for it any more.
///
/// An intent is committed before its call, so a life of the runtime cannot have more calls of a step than starts of it.
/// Calls of tools that only look are no effects and are not counted.
enum RepeatedSteps {
  static func check(_ evidence: Evidence) -> Finding {
    var finding = Finding()
    for file in evidence.files {
      for step in file.task.steps {
        if evidence.isOwn(file) { finding.checked += 1 }
        finding.violations += order(file, step, in: evidence.round)
        if step.isCall, step.tool != .look { finding.violations += calls(file, step, evidence) }
      }
      finding.violations += afterTheEnd(file, in: evidence.round)
    }
    finding.violations += evidence.lateLines.map { late in
      Violation(
        invariant: .repeated, round: evidence.round, taskName: late.taskName, taskID: late.taskID,
        stepID: late.stepID, text: "a tool was called for a step that completed in an earlier round",
        evidence: [late.line.json.jsonText])
    }
    return finding
  }

  private static func order(_ file: TaskFile, _ step: ChaosStep, in round: Int) -> [Violation] {
    let events = file.events(of: step.id)
    guard let completed = events.firstIndex(where: { $0.kind == .stepCompleted }) else { return [] }
    let later = events[(completed + 1)...].filter { [.stepStarted, .stepWaiting, .stepCompleted].contains($0.kind) }
    guard let again = later.first else { return [] }
    return [
      file.violation(
        .repeated, in: round, step: step.id,
        again.kind == .stepCompleted ? "it completed twice" : "it started again after it had completed",
        evidence: [events[completed].text] + later.map(\.text) + file.lines(of: step).map(\.json.jsonText))
    ]
  }

  private static func calls(_ file: TaskFile, _ step: ChaosStep, _ evidence: Evidence) -> [Violation] {
    let calls = Dictionary(grouping: file.lines(of: step), by: \.life)
    let starts = Dictionary(grouping: file.events(of: step.id).filter { $0.kind == .stepStarted }) {
      evidence.life(at: $0.at)
    }
    return calls.sorted { $0.key < $1.key }.compactMap { life, lines in
      let started = starts[life] ?? []
      guard lines.count > started.count else { return nil }
      return file.violation(
        .repeated, in: evidence.round, step: step.id,
        "its tool was called \(lines.count) times in life \(life) of the runtime, which started it \(started.count) times",
        evidence: started.map(\.text) + lines.map(\.json.jsonText))
    }
  }

  /// What has ended does not go on.
  private static func afterTheEnd(_ file: TaskFile, in round: Int) -> [Violation] {
    guard let end = file.events.firstIndex(where: { $0.restingState?.isFinal == true }) else { return [] }
    let later = file.events[(end + 1)...].filter {
      $0.kind == .stepStarted || $0.kind == .taskStarted || $0.restingState?.isFinal == true
    }
    guard !later.isEmpty else { return [] }
    return [
      file.violation(
        .repeated, in: round, "it went on, or ended once more, after its end",
        evidence: [file.events[end].text] + later.map(\.text))
    ]
  }
}
