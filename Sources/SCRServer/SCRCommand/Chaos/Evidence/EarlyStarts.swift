import SCRProtocol
import SCRRuntime

/// What has a moment does not happen before it: a task with `runAt`, a step that waits for a time, a question that ends by
/// itself, a tick.
enum EarlyStarts {
  static func check(_ evidence: Evidence) -> Finding {
    var finding = Finding()
    for file in evidence.files {
      if file.runAt != nil, evidence.isOwn(file) { finding.checked += 1 }
      if let violation = start(of: file, in: evidence.round) { finding.violations.append(violation) }
      for step in file.task.steps where step.wait != nil {
        let waits = file.events(of: step.id).filter { $0.kind == .stepWaiting && $0.dueAt != nil }
        if evidence.isOwn(file) { finding.checked += waits.count }
        if let violation = end(of: step, file, waits, in: evidence.round) { finding.violations.append(violation) }
      }
    }
    for book in evidence.ticks { finding.violations += ticks(book, in: evidence.round) }
    return finding
  }

  private static func start(of file: TaskFile, in round: Int) -> Violation? {
    guard let runAt = file.runAt else { return nil }
    let early = file.events.filter { $0.kind == .taskStarted && $0.at < runAt }
    let lines = file.lines.filter { $0.at < runAt }
    guard !early.isEmpty || !lines.isEmpty else { return nil }
    return file.violation(
      .early, in: round, "it began before \(Timestamp(milliseconds: runAt))",
      evidence: early.map(\.text) + lines.map(\.json.jsonText))
  }

  private static func end(of step: ChaosStep, _ file: TaskFile, _ waits: [ChaosEvent], in round: Int) -> Violation? {
    guard let wait = waits.last, let due = wait.dueAt,
      let end = file.events(of: step.id).first(where: { $0.kind == .stepCompleted && $0.sequence > wait.sequence }),
      end.at < due
    else { return nil }
    // An answer may come before.
    if case .approval = step.wait, file.value(of: step.id) != ["timedOut": true] { return nil }
    return file.violation(
      .early, in: round, step: step.id, "its time was said to be over before it was", evidence: [wait.text, end.text])
  }

  private static func ticks(_ book: TickBook, in round: Int) -> [Violation] {
    book.submitted.enumerated().compactMap { number, event in
      let tick = book.first + Int64(number) * book.schedule.intervalMs
      guard event.at < tick else { return nil }
      return Violation(
        invariant: .early, round: round, taskID: event.taskID,
        text: "tick \(number + 1) of the schedule \(book.schedule.name) is at \(Timestamp(milliseconds: tick))",
        evidence: [event.text])
    }
  }
}
