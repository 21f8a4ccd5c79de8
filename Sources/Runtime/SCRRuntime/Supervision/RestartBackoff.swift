/// The pauses before restarts, which OTP does not have: a cause that lasts is not hammered.
package struct RestartBackoff: Sendable, Hashable {
  package var first: Duration
  package var longest: Duration
  package var healthySpan: Duration
  /// 0…1: the share of a pause that is random.
  package var jitter: Double

  package init(
    first: Duration = .milliseconds(100), longest: Duration = .seconds(10), healthySpan: Duration = .seconds(30),
    jitter: Double = 0.2
  ) {
    self.first = first
    self.longest = longest
    self.healthySpan = healthySpan
    self.jitter = jitter
  }

  /// Restarts at once, as OTP does.
  package static let none = RestartBackoff(first: .zero, longest: .zero, jitter: 0)
}

/// The pauses of one child: each twice as long as the last, until it has lived for a healthy span.
package struct RestartPauses: Sendable, Hashable {
  private let backoff: RestartBackoff
  private var inARow = 0

  package init(_ backoff: RestartBackoff) { self.backoff = backoff }

  /// - Parameters:
  ///   - life: how long the child lived that has to be started again.
  ///   - chance: 0…1, spreads restarts.
  package mutating func next(after life: Duration, chance: Double) -> Duration {
    inARow = life >= backoff.healthySpan ? 1 : min(inARow + 1, 20)
    let pause = min(backoff.first * (1 << (inARow - 1)), backoff.longest)
    return pause * (1 - backoff.jitter * chance)
  }
}
