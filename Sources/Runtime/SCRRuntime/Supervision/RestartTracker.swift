/// OTP's restart intensity as a value: more than `restarts` exits within `period` and the supervisor gives up.
/// Between restarts lies a pause that grows and resets after a healthy span.
package struct RestartTracker: Sendable, Hashable {
  package enum Decision: Sendable, Hashable {
    case restart(after: Duration)
    case giveUp
  }

  private let intensity: RestartIntensity
  private let backoff: RestartBackoff
  private var recent: [Timestamp] = []
  private var inARow = 0

  package init(_ intensity: RestartIntensity, _ backoff: RestartBackoff) {
    self.intensity = intensity
    self.backoff = backoff
  }

  /// - Parameters:
  ///   - started: when the child that ended had been started.
  ///   - chance: 0…1, spreads restarts.
  package mutating func exited(startedAt started: Timestamp, now: Timestamp, chance: Double) -> Decision {
    recent = recent.filter { now.since($0) <= intensity.period } + [now]
    if recent.count > intensity.restarts { return .giveUp }
    inARow = now.since(started) >= backoff.healthySpan ? 1 : inARow + 1
    let pause = min(backoff.first * (1 << min(inARow - 1, 20)), backoff.longest)
    return .restart(after: pause * (1 - backoff.jitter * chance))
  }

  /// Restarts that are left before the supervisor gives up.
  package func headroom(at now: Timestamp) -> Int {
    max(0, intensity.restarts - recent.count { now.since($0) <= intensity.period })
  }
}

package struct RestartIntensity: Sendable, Hashable {
  package var restarts: Int
  package var period: Duration

  package init(restarts: Int = 10, within period: Duration = .seconds(60)) {
    self.restarts = restarts
    self.period = period
  }

  /// For what must come back whenever its cause is gone, such as a full disk: the pauses bound the effort.
  package static let unlimited = RestartIntensity(restarts: .max, within: .zero)
}

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
}
