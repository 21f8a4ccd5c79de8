import SCRProtocol
import SCRRuntime

/// While the queue is held, by a pause or a drain, no task of it begins: from the answer that it holds until its end was
/// asked for, whatever becomes of the runtime in between.
enum BrokenHolds {
  static func check(_ evidence: Evidence) -> Finding {
    var finding = Finding(checked: evidence.holds.count)
    for hold in evidence.holds {
      for file in evidence.files where hold.covers(file.task.taskClass) {
        let begun = file.events.filter { event in
          event.kind == .taskStarted && event.at > hold.from && event.at < hold.until ?? .max
        }
        guard !begun.isEmpty else { continue }
        finding.violations.append(
          file.violation(
            .held, in: evidence.round, "it began while \(hold.text)", evidence: file.events.map(\.text)))
      }
    }
    return finding
  }
}

/// What was taken out of the queue is cancelled, says why, and never begins.
enum UnmarkedDrains {
  static func check(_ evidence: Evidence) -> Finding {
    var finding = Finding()
    let files = Dictionary(evidence.files.map { ($0.taskID, $0) }) { first, _ in first }
    for hold in evidence.holds {
      for id in hold.drained {
        finding.checked += 1
        guard let file = files[id], file.answer != nil, let complaint = complaint(file) else { continue }
        finding.violations.append(
          file.violation(
            .drained, in: evidence.round, complaint, evidence: [hold.text] + file.events.map(\.text)))
      }
    }
    return finding
  }

  private static func complaint(_ file: TaskFile) -> String? {
    guard file.state == TaskState.cancelled.rawValue, file.reasonKind == TaskReason.drained else {
      return
        "it was taken out of the queue, and is \(file.state ?? "nowhere"): \(file.reasonKind ?? "without a reason")"
    }
    guard let end = file.events.firstIndex(where: { $0.kind == .taskCancelled }) else { return nil }
    return file.events[end...].contains { $0.kind == .taskStarted } ? "it was taken out of the queue, and began" : nil
  }
}

extension ChaosHold {
  var text: String {
    let what = kind == .pause ? "paused" : "drained"
    let end = until.map { Timestamp(milliseconds: $0).description } ?? "now"
    return
      "\(taskClass.map { "the class \($0)" } ?? "the queue") was \(what), from \(Timestamp(milliseconds: from)) to \(end)"
  }
}
