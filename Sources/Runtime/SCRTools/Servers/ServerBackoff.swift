/// When a tool server that ended is started again. Pure: the caller brings the time and does the waiting.
package struct ServerBackoff: Sendable, Hashable {
  package enum Decision: Sendable, Hashable {
    case restart(after: Duration)
    /// It failed too often in a row to start; somebody has to look at it.
    case giveUp
  }

  package struct Policy: Sendable, Hashable {
    package var first: Duration
    package var longest: Duration
    /// A life that lasted this long wipes the slate clean.
    package var healthySpan: Duration
    /// Failures in a row before giving up.
    package var failures: Int

    package init(
      first: Duration = .milliseconds(200), longest: Duration = .seconds(30), healthySpan: Duration = .seconds(30),
      failures: Int = 8
    ) {
      self.first = first
      self.longest = longest
      self.healthySpan = healthySpan
      self.failures = failures
    }
  }

  private let policy: Policy
  private var inARow = 0

  package init(_ policy: Policy) { self.policy = policy }

  /// - Parameters:
  ///   - lived: how long the server was ready; nil if it never was.
  ///   - chance: 0…1, spreads restarts of many servers.
  package mutating func ended(lived: Duration?, chance: Double) -> Decision {
    if let lived, lived >= policy.healthySpan { inARow = 0 }
    inARow += 1
    if inARow > policy.failures { return .giveUp }
    let pause = min(policy.first * (1 << min(inARow - 1, 20)), policy.longest)
    return .restart(after: pause * (0.75 + chance / 4))
  }
}
