package import SCRProtocol

/// How far a schedule has got. Ticks only ever move forward: a clock that is set back runs none twice, one that jumps
/// ahead misses ticks, which ``MissedRuns`` deals with.
package struct ScheduleState: Sendable, Hashable {
  /// Every tick up to this one is dealt with.
  package private(set) var last: Timestamp

  package struct Due: Sendable, Hashable {
    /// The ticks that run now, the earliest first.
    package var runs: [Timestamp]
    /// When to ask again; nil if the schedule has no more ticks.
    package var next: Timestamp?
    /// Ticks that were left out; of more than ``ScheduleState/mostCounted`` not all are counted.
    package var skipped: Int
  }

  /// Ticks that are looked at one by one.
  package static let mostCounted = 1000
  /// A tick that is no older than this was not missed, only noticed late.
  package static let grace = Duration.seconds(60)

  /// - Parameter created: ticks after this moment count.
  package init(created: Timestamp) { last = created }

  /// What is due. Costs no more than some thousand steps, however long nobody asked.
  package mutating func due(
    now: Timestamp, _ schedule: Schedule, in zone: any CivilZone, missed: MissedRuns
  ) -> Due {
    var ticks: [Timestamp] = []
    var place = last
    while ticks.count < Self.mostCounted, let tick = schedule.next(after: place, in: zone), tick <= now {
      ticks.append(tick)
      place = tick
    }
    let counted = ticks.count
    if counted == Self.mostCounted { ticks = latest(now, schedule, zone, limit: Self.limit(missed)) }
    last = max(last, ticks.last ?? last)
    let runs = Self.runs(of: ticks, now: now, missed)
    return Due(
      runs: runs, next: schedule.next(after: max(last, now), in: zone), skipped: max(0, counted - runs.count))
  }

  /// The last ticks up to now, the earliest first.
  private func latest(
    _ now: Timestamp, _ schedule: Schedule, _ zone: any CivilZone, limit: Int
  ) -> [Timestamp] {
    var ticks: [Timestamp] = []
    var end = now
    while ticks.count < limit, let tick = schedule.last(after: last, upTo: end, in: zone) {
      ticks.append(tick)
      end = Timestamp(milliseconds: tick.milliseconds - 1)
    }
    return ticks.reversed()
  }

  private static func limit(_ missed: MissedRuns) -> Int {
    guard case .all(let limit) = missed else { return 1 }
    return min(max(limit, MissedRuns.limits.lowerBound), MissedRuns.limits.upperBound)
  }

  private static func runs(of ticks: [Timestamp], now: Timestamp, _ missed: MissedRuns) -> [Timestamp] {
    switch missed {
    case .skip: ticks.suffix(1).filter { now.since($0) <= grace }
    case .once, .all: ticks.suffix(limit(missed))
    }
  }
}

extension ScheduleState {
  package var json: JSONValue { ["last": .integer(last.milliseconds)] }

  /// Nil for what ``json`` never gives.
  package init?(json: JSONValue) {
    guard let last = json["last"]?.integerValue else { return nil }
    self.last = Timestamp(milliseconds: last)
  }
}

extension MissedRuns {
  /// `skip`, `once` or `{"all": 10}`.
  package var json: JSONValue {
    switch self {
    case .skip: "skip"
    case .once: "once"
    case .all(let limit): ["all": JSONValue(limit)]
    }
  }

  /// - Throws: ``ShapeError`` naming what would be right.
  package init(json: JSONValue, path: String) throws(ShapeError) {
    switch json {
    case "skip": self = .skip
    case "once": self = .once
    default:
      guard let object = json.objectValue, object.count == 1, let limit = object["all"]?.integerValue,
        let limit = Int(exactly: limit), Self.limits.contains(limit)
      else {
        throw ShapeError(
          path: path, message: "no rule for missed runs",
          hint:
            "use \"skip\", \"once\" or {\"all\": 10} with \(Self.limits.lowerBound) to \(Self.limits.upperBound) runs")
      }
      self = .all(limit: limit)
    }
  }
}
