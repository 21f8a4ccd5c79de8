/// How many extra requests, retries and those to other providers, may be made within a window: when everything fails,
/// repeating everything makes it worse. Pure.
package struct RetryBudget: Sendable, Hashable {
  package let limit: Int
  package let window: Duration
  private var spent: [Timestamp] = []

  package init(limit: Int = 50, window: Duration = .seconds(60)) {
    self.limit = limit
    self.window = window
  }

  /// - Returns: false if there is none left.
  package mutating func spend(at now: Timestamp) -> Bool {
    // A clock that was set back must not leave entries of the future for good.
    spent.removeAll { $0 > now || $0 + window <= now }
    guard spent.count < limit else { return false }
    spent.append(now)
    return true
  }

  package var count: Int { spent.count }
}
