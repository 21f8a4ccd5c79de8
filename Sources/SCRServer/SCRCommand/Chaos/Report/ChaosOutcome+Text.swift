import SCRRuntime

extension ChaosOutcome {
  /// For a terminal.
  var text: String {
    ([headline, ""] + invariantLines + ["", "faults  \(faultWords)", "tasks   \(taskWords)"] + violationLines
      + lastLines).joined(separator: "\n")
  }

  /// For a file.
  var markdown: String {
    var lines = ["# Chaos: \(holds ? "everything holds" : "something does not hold")", "", headline + ".", ""]
    lines += ["| What must not be | Found | Looked at |", "| --- | --- | --- |"]
    lines += Invariant.allCases.map { "| \($0.claim) | \(count(of: $0)) | \(checked[$0] ?? 0) \($0.unit) |" }
    lines += ["", "| Fault | Times | What happens |", "| --- | --- | --- |"]
    lines += plan.kinds.map { "| `\($0.rawValue)` | \(faults[$0] ?? 0) | \($0.words) |" }
    lines += ["", "Tasks: \(taskWords).", "", "The same again: `\(command)`"]
    for violation in violations {
      lines += ["", "## \(violation.invariant.claim): \(violation.place)", "", violation.text + ".", "", "```text"]
      lines += violation.evidence.map { String($0.prefix(2000)) } + ["```"]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var headline: String {
    let stopped = wasInterrupted ? ", interrupted" : rounds < plan.rounds ? " of \(plan.rounds)" : ""
    return "\(rounds)\(stopped) rounds of chaos with seed \(plan.seed) in \(DurationText.format(duration))"
  }

  private var invariantLines: [String] {
    let width = Invariant.allCases.map(\.claim.count).max() ?? 0
    return Invariant.allCases.map { invariant in
      let found = count(of: invariant)
      let claim = invariant.claim + String(repeating: " ", count: width - invariant.claim.count)
      return "\(found == 0 ? "✓" : "✗") \(claim)  \(found)  of \(checked[invariant] ?? 0) \(invariant.unit)"
    }
  }

  private var faultWords: String {
    plan.kinds.map { "\($0.rawValue) \(faults[$0] ?? 0)" }.joined(separator: ", ")
  }

  private var taskWords: String {
    let ends = states.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    return "\(accepted) accepted (\(ends)); \(effects) effects; \(lives) starts of the runtime"
  }

  private var violationLines: [String] {
    violations.flatMap { violation in
      ["", "✗ \(violation.invariant.rawValue), \(violation.place): \(violation.text)"]
        + violation.evidence.prefix(8).map { "    \($0.prefix(400))" }
    }
  }

  private var lastLines: [String] {
    let place = folder.map { ["everything lies in \($0)"] } ?? []
    return [""] + place + ["the same again: \(command)"]
  }
}

extension Violation {
  /// Where it happened.
  var place: String {
    let subject = [taskName.map { "task \($0)" }, taskID, stepID.map { "step \($0)" }].compactMap(\.self)
    return (["round \(round)"] + subject).joined(separator: " ")
  }
}
