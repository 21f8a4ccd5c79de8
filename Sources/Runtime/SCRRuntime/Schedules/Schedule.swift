/// When something runs again and again.
package enum Schedule: Sendable, Hashable {
  /// By the wall clock of a zone.
  case cron(CronExpression)
  /// Whenever a whole number of intervals has passed since the anchor; clocks that change do not matter.
  case every(Duration, anchor: Timestamp)

  /// Shorter intervals are brought to a second.
  package static func every(seconds: Int, anchor: Timestamp) -> Schedule {
    .every(.seconds(max(1, seconds)), anchor: anchor)
  }

  /// The first tick after a moment; nil if there is none.
  package func next(after moment: Timestamp, in zone: any CivilZone) -> Timestamp? {
    switch self {
    case .cron(let expression): return expression.next(after: moment, in: zone)
    case .every(let interval, let anchor):
      let step = Int(max(interval.milliseconds, 1000))
      if moment < anchor { return anchor }
      let passed = Int(moment.milliseconds - anchor.milliseconds) / step
      return Timestamp(milliseconds: anchor.milliseconds + Int64((passed + 1) * step))
    }
  }

  /// The last tick at or before `moment` and after `start`; nil if there is none.
  func last(after start: Timestamp, upTo moment: Timestamp, in zone: any CivilZone) -> Timestamp? {
    guard var found = next(after: start, in: zone), found <= moment else { return nil }
    var (low, high) = (found.milliseconds, moment.milliseconds)
    while low < high {
      let middle = low + (high - low) / 2
      if let tick = next(after: Timestamp(milliseconds: middle), in: zone), tick <= moment {
        found = tick
        low = tick.milliseconds
      } else {
        high = middle
      }
    }
    return found
  }
}

/// What becomes of ticks that passed while nobody was there to run them.
package enum MissedRuns: Sendable, Hashable {
  /// They are left out.
  case skip
  /// One run stands for all of them.
  case once
  /// Each runs, at most this many (1…100): the latest, in their order.
  case all(limit: Int)

  package static let limits = 1...100
}
