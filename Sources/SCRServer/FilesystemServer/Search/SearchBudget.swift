/// How far a search may still go. Pure: time comes from outside.
struct SearchBudget: Sendable {
  /// Which limit ended the search first; nil while none has.
  private(set) var exhausted: String?
  private var entriesLeft: Int
  private var matchesLeft: Int
  private let deadline: ContinuousClock.Instant
  private let limits: FilesystemLimits

  init(_ limits: FilesystemLimits, now: ContinuousClock.Instant) {
    self.limits = limits
    entriesLeft = limits.searchedEntries
    matchesLeft = limits.searchMatches
    deadline = now + limits.searchTime
  }

  var isExhausted: Bool { exhausted != nil }

  /// Entries that may still be looked at; a directory is read no further than this.
  var entries: Int { entriesLeft }

  /// - Returns: false where the search must end before this entry.
  mutating func visit(now: ContinuousClock.Instant) -> Bool {
    if entriesLeft == 0 { end("\(limits.searchedEntries) entries were looked at") }
    if now >= deadline { end("\(limits.searchTime) have passed") }
    entriesLeft -= 1
    return !isExhausted
  }

  /// - Returns: false where this match is one too many.
  mutating func match() -> Bool {
    if matchesLeft == 0 { end("there are more than \(limits.searchMatches) matches") }
    matchesLeft -= 1
    return !isExhausted
  }

  /// A directory has more entries than may be looked at.
  mutating func overflow() { end("\(limits.searchedEntries) entries were looked at") }

  /// A directory lies too deep to be entered. The search goes on elsewhere.
  private(set) var skippedDepth = false
  mutating func mayEnter(depth: Int) -> Bool {
    if depth > limits.searchDepth { skippedDepth = true }
    return depth <= limits.searchDepth
  }

  /// Why the result is not whole, for a person; nil if it is.
  var truncation: String? {
    exhausted ?? (skippedDepth ? "directories deeper than \(limits.searchDepth) were not entered" : nil)
  }

  private mutating func end(_ reason: String) { exhausted = exhausted ?? reason }
}
