import SCRRuntime

/// Under one idempotency key there is one task, however often it was submitted; what was submitted once is there once; and
/// under one unique key no task begins before the one before it has ended.
enum SharedKeys {
  static func check(_ evidence: Evidence) -> Finding {
    var finding = Finding()
    for file in evidence.files {
      if evidence.isOwn(file), file.task.idempotencyKey != nil { finding.checked += 1 }
      guard !file.otherIDs.isEmpty else { continue }
      finding.violations.append(
        file.violation(
          .keys, in: evidence.round,
          (file.task.idempotencyKey == nil ? "one submission" : "the same key")
            + " gave another task: \(file.otherIDs.joined(separator: ", "))",
          evidence: file.events.filter { $0.kind == .taskSubmitted }.map(\.text)))
    }
    return unique(evidence, finding)
  }

  private static func unique(_ evidence: Evidence, _ finding: Finding) -> Finding {
    var finding = finding
    let own = evidence.files.filter { evidence.isOwn($0) && $0.task.uniqueKey != nil }
    for (_, files) in Dictionary(grouping: own, by: \.task.uniqueKey).sorted(by: { $0.key ?? "" < $1.key ?? "" }) {
      finding.checked += 1
      let lives = files.compactMap(Life.init).sorted { $0.begin.sequence < $1.begin.sequence }
      for (one, next) in zip(lives, lives.dropFirst()) where (one.end?.sequence ?? .max) > next.begin.sequence {
        finding.violations.append(
          next.file.violation(
            .keys, in: evidence.round,
            "it was submitted while \(one.file.taskID) with the same unique key had not ended",
            evidence: [one.begin.text, next.begin.text] + (one.end.map { [$0.text] } ?? [])))
      }
    }
    for file in evidence.repeats where evidence.isOwn(file) {
      finding.checked += 1
      guard !own.contains(where: { $0.taskID == file.repeatOf && $0.task.uniqueKey == file.task.uniqueKey }) else {
        continue
      }
      finding.violations.append(
        file.violation(
          .keys, in: evidence.round,
          "it was said to be \(file.repeatOf ?? ""), which has another unique key or is unknown"
        ))
    }
    return finding
  }

  private struct Life {
    let file: TaskFile
    let begin: ChaosEvent
    let end: ChaosEvent?

    init?(_ file: TaskFile) {
      guard let begin = file.events.first(where: { $0.kind == .taskSubmitted }) else { return nil }
      self.file = file
      self.begin = begin
      end = file.events.first { $0.restingState?.isFinal == true }
    }
  }
}
