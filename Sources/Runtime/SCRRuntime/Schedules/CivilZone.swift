/// A time zone as far as schedules need it: how far its clocks are ahead of UTC at a moment.
package protocol CivilZone: Sendable {
  /// Seconds east of UTC.
  func offset(at moment: Timestamp) -> Int
}

/// UTC, or any other zone whose clocks never change.
package struct FixedZone: CivilZone, Hashable {
  package let seconds: Int

  package init(seconds: Int = 0) { self.seconds = seconds }
  package func offset(at moment: Timestamp) -> Int { seconds }
}

/// A time that a clock on the wall shows, in seconds since it showed 1970-01-01 00:00.
struct WallTime: Comparable, Hashable, Sendable {
  var seconds: Int

  static func < (left: Self, right: Self) -> Bool { left.seconds < right.seconds }

  init(seconds: Int) { self.seconds = seconds }

  init(_ moment: Timestamp, in zone: any CivilZone) {
    let seconds = CivilCalendar.floored(Int(moment.milliseconds), 1000).quotient
    self.seconds = seconds + zone.offset(at: moment)
  }

  /// When the clocks of the zone show this time.
  func moment(in zone: any CivilZone) -> Moment {
    func offset(_ seconds: Int) -> Int { zone.offset(at: Self.timestamp(seconds)) }
    // Far enough to lie on either side of a change of a whole day; no zone changes twice within that.
    let around = [offset(seconds - 144_000), offset(seconds + 144_000)]
    let valid = Set(around).map { seconds - $0 }.filter { seconds - $0 == offset($0) }.sorted()
    if let first = valid.first {
      return Moment(first: Self.timestamp(first), second: valid.dropFirst().first.map(Self.timestamp))
    }
    // The clocks jump over it: the change lies between the readings by the larger and by the smaller offset.
    let change = Self.change(from: seconds - max(around[0], around[1]) - 1, to: seconds - min(around[0], around[1])) {
      offset($0)
    }
    return Moment(first: Self.timestamp(change), second: nil, isSkipped: true)
  }

  /// The first second at which the offset is that of `end`; between the two it changes once.
  static func change(from start: Int, to end: Int, _ offset: (Int) -> Int) -> Int {
    var (before, after) = (start, end)
    let last = offset(end)
    while after - before > 1 {
      let middle = before + (after - before) / 2
      if offset(middle) == last { after = middle } else { before = middle }
    }
    return after
  }

  struct Moment: Hashable, Sendable {
    /// The first instant at which the clocks show the time; where they jump over it, the first after the jump.
    let first: Timestamp
    /// The second, where clocks are set back over it.
    let second: Timestamp?
    var isSkipped = false
  }

  static func timestamp(_ seconds: Int) -> Timestamp { Timestamp(milliseconds: Int64(seconds) * 1000) }
}
