package import SCRProtocol

/// Whether a task that ended badly is tried again as a whole. Retries of single steps are ``RetryPolicy``'s.
package struct TaskRetry: Sendable, Hashable {
  /// Runs in all, the first included; at least 1.
  package var attempts: Int
  /// The pause before the second run; each further one doubles it.
  package var backoff: Duration
  package var longest: Duration
  /// 0…1: the share of a pause that is random.
  package var jitter: Double
  /// Deaths of the runtime in a row, without a step that finished in between, after which the task counts as their cause.
  package var poison: Int

  package init(
    attempts: Int = 1, backoff: Duration = .seconds(1), longest: Duration = .seconds(300), jitter: Double = 0.2,
    poison: Int = 5
  ) {
    self.attempts = max(1, attempts)
    self.backoff = max(.zero, backoff)
    self.longest = max(.zero, longest)
    self.jitter = min(max(jitter, 0), 1)
    self.poison = max(1, poison)
  }

  /// How a run ended, other than well.
  package enum Ending: Sendable, Hashable {
    /// Stopped by us: a shutdown, a drain, a lost lease. No failure, and costs nothing.
    case interrupted
    /// The runtime died while the task ran.
    case died
    /// - Parameter retryAfter: what a tool or model asked for.
    case failed(isRetryable: Bool, retryAfter: Duration?)
  }

  package enum Decision: Sendable, Hashable {
    /// Queued again, not before this moment.
    case again(at: Timestamp)
    /// A dead letter: it was tried as often as it may, or kills the runtime.
    case dead(TaskReason)
    /// Failed for good; trying again would not help.
    case fail(TaskReason)
  }

  /// - Parameters:
  ///   - cause: the failure's own reason; becomes the reason of the end.
  ///   - chance: 0…1, spreads the pauses.
  package func ended(
    _ ending: Ending, cause: TaskReason, _ history: inout RetryHistory, now: Timestamp, chance: Double
  ) -> Decision {
    switch ending {
    case .interrupted: return .again(at: now)
    case .died:
      history.deaths += 1
      guard history.deaths >= poison else { return .again(at: now + pause(after: history.deaths, chance: chance)) }
      return .dead(
        TaskReason(
          kind: Self.poisoned,
          message: "the runtime died \(history.deaths) times while this task ran, and no step finished in between",
          hint: "look at the step that was running; then requeue the task"))
    case .failed(let isRetryable, let retryAfter):
      history.failures += 1
      guard isRetryable, attempts > 1 else { return .fail(cause) }
      guard history.failures < attempts else { return .dead(cause) }
      let pause = pause(after: history.failures, chance: chance)
      // Somebody who names a moment is believed, but not for ever.
      return .again(at: now + max(pause, min(retryAfter ?? .zero, Self.longestHint)))
    }
  }

  /// The task made its runtime die too often (a dead letter's reason).
  package static let poisoned = "poisoned"
  private static let longestHint = Duration.seconds(86_400)

  /// Exponential up to ``longest``, of which the share ``jitter`` is random.
  private func pause(after count: Int, chance: Double) -> Duration {
    let full = min(backoff * (1 << min(count - 1, 30)), longest)
    return full * (1 - jitter * min(max(chance, 0), 1))
  }
}

/// How often a task failed and how often the runtime died under it; kept with the task.
package struct RetryHistory: Sendable, Hashable {
  package fileprivate(set) var failures: Int
  /// Since the last step that finished.
  package fileprivate(set) var deaths: Int

  package init(failures: Int = 0, deaths: Int = 0) { (self.failures, self.deaths) = (failures, deaths) }

  /// A step finished: the task gets on, so it is not what kills the runtime.
  package mutating func stepFinished() { deaths = 0 }

  package var json: JSONValue { ["failures": JSONValue(failures), "deaths": JSONValue(deaths)] }

  /// Nil for what ``json`` never gives.
  package init?(json: JSONValue) {
    guard let failures = json["failures"]?.integerValue.flatMap({ Int(exactly: $0) }),
      let deaths = json["deaths"]?.integerValue.flatMap({ Int(exactly: $0) }), min(failures, deaths) >= 0
    else { return nil }
    (self.failures, self.deaths) = (failures, deaths)
  }
}
