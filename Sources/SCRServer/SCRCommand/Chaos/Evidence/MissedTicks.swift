import SCRRuntime

/// Each tick of a schedule gives one task: as many as the runtime counts, and as many as there are ticks up to its last.
enum MissedTicks {
  static func check(_ evidence: Evidence) -> Finding {
    var finding = Finding()
    for book in evidence.ticks {
      guard let report = book.report else { continue }
      finding.checked += max(0, book.newRuns)
      if let complaint = complaint(book, report) {
        finding.violations.append(
          Violation(
            invariant: .ticks, round: evidence.round, text: "the schedule \(book.schedule.name) \(complaint)",
            evidence: ["\(report), first tick at \(Timestamp(milliseconds: book.first))"]
              + book.submitted.suffix(10).map(\.text)))
      }
    }
    return finding
  }

  private static func complaint(_ book: TickBook, _ report: TickBook.Report) -> String? {
    let tasks = book.submitted.firstIndex { $0.taskID == report.lastTaskID }.map { $0 + 1 }
    guard let tasks else { return "names \(report.lastTaskID) as its last task, of which no event told" }
    if tasks != report.runs { return "counts \(report.runs) tasks, and events told of \(tasks)" }
    let ticks = Int((report.lastAt - book.first) / book.schedule.intervalMs) + 1
    if ticks != report.runs + report.skipped || report.skipped > 0 {
      return "had \(ticks) ticks, \(report.runs) of which gave a task, and says that it left out \(report.skipped)"
    }
    return nil
  }
}
