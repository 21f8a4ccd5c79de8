import SCRRuntime

/// Every process of a life that is over is gone.
enum OrphanProcesses {
  static func check(_ evidence: Evidence) -> Finding {
    Finding(
      checked: evidence.processes,
      violations: evidence.survivors.map { process in
        Violation(
          invariant: .orphans, round: evidence.round,
          text: "a process outlived the runtime that it belonged to", evidence: [process.text])
      })
  }
}

/// One runtime owns a directory; a second one bridges to it, or is refused with exit code 5.
enum SecondOwners {
  static func check(_ evidence: Evidence) -> Finding {
    Finding(
      checked: evidence.secondRuntimes.count,
      violations: evidence.wrongSecondRuntimes.map { end in
        Violation(
          invariant: .owner, round: evidence.round,
          text: "a second runtime on the same directory neither bridged to the first nor was refused", evidence: [end])
      })
  }
}

/// The runtime starts, stops when it is asked to, and takes tasks when nothing is wrong.
enum BrokenLives {
  static func check(_ evidence: Evidence) -> Finding {
    Finding(
      checked: evidence.attempts,
      violations: evidence.failures.map { failure in
        Violation(invariant: .alive, round: evidence.round, text: failure)
      })
  }
}
