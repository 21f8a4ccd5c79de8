/// The newest restarts of a child, for those who look for a pattern.
package struct RestartHistory: Sendable, Hashable {
  package struct Entry: Sendable, Hashable {
    package let at: Timestamp
    package let reason: ExitReason

    package init(at: Timestamp, reason: ExitReason) {
      self.at = at
      self.reason = reason
    }
  }

  /// Older ones are forgotten; ``count`` goes on.
  package static let limit = 20

  /// Oldest first.
  package private(set) var entries: [Entry] = []
  /// All restarts of the child so far.
  package private(set) var count = 0

  package init() {}

  mutating func add(_ reason: ExitReason, at now: Timestamp) {
    count += 1
    entries.append(Entry(at: now, reason: reason))
    if entries.count > Self.limit { entries.removeFirst() }
  }
}
