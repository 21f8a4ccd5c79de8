/// More than `restarts` within `period`, and the supervisor gives up: it stops all its children and ends.
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

/// The restarts of one supervisor's children that still count, as OTP's sliding window.
package struct RestartWindow: Sendable, Hashable {
  private let intensity: RestartIntensity
  private var recent: [Timestamp] = []

  package init(_ intensity: RestartIntensity) { self.intensity = intensity }

  /// - Returns: false if this is one restart too many.
  package mutating func add(at now: Timestamp) -> Bool {
    if intensity.restarts == .max { return true }
    // A clock that jumped back must neither forget a restart nor keep one for longer than the period.
    recent = recent.map { min($0, now) }.filter { now.since($0) <= intensity.period } + [now]
    return recent.count <= intensity.restarts
  }

  /// Restarts that are left before the supervisor gives up; nil: without a limit.
  package func headroom(at now: Timestamp) -> Int? {
    if intensity.restarts == .max { return nil }
    return max(0, intensity.restarts - recent.count { now.since(min($0, now)) <= intensity.period })
  }
}
