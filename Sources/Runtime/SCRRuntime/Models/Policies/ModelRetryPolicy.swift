/// Whether the same request goes to the same provider once more, and when. Pure.
package struct ModelRetryPolicy: Sendable, Hashable {
  /// With the first.
  package var attempts: Int
  package var base: Duration
  /// What is longer, also what the provider asks for, is not waited: another provider, or the caller, is sooner.
  package var longestWait: Duration

  package init(attempts: Int = 3, base: Duration = .milliseconds(500), longestWait: Duration = .seconds(30)) {
    self.attempts = attempts
    self.base = base
    self.longestWait = longestWait
  }

  /// - Parameters:
  ///   - attempt: the one that failed, from 1.
  ///   - random: from 0 to 1, so that those who failed together do not come back together.
  /// - Returns: the wait before the next attempt; nil for none.
  package func wait(after error: ModelError, attempt: Int, random: Double) -> Duration? {
    guard attempt < attempts, error.isRetryable, error.code != .circuitOpen, error.code != .busy else { return nil }
    let step = base * (1 << min(16, attempt - 1))
    let backoff = min(longestWait, step) * (0.5 + min(1, max(0, random)) / 2)
    guard let asked = error.retryAfter else { return backoff }
    // Not earlier than asked, and not all at the same moment.
    return asked > longestWait ? nil : asked + min(base, asked) * min(1, max(0, random)) * 0.25
  }
}
