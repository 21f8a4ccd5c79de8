import SCRProtocol

/// A schedule of five fields as Vixie's cron reads them: minute, hour, day of month, month, day of week.
///
/// Where both day fields are restricted, a day that fits either is meant. `@hourly`, `@daily` (`@midnight`), `@weekly`,
/// `@monthly` and `@yearly` (`@annually`) stand for the usual fields.
///
/// When clocks change, the rule is that of Vixie's cron:
/// - A schedule with fixed minute and hour means times of the wall clock. One that the clocks jump over runs at the first
///   instant after the jump; one that they show twice runs the first time alone.
/// - A schedule whose minute or hour field begins with `*` means an interval. It runs at each instant whose reading of the
///   clock fits, so that `*/15 * * * *` goes on evenly through both changes.
///
/// systemd drops the time that does not exist and lets intervals pause for the repeated hour (systemd#5595, #8647); Oban
/// compares each minute's reading, so the missing time is dropped and the repeated one runs twice.
package struct CronExpression: Sendable, Hashable, CustomStringConvertible {
  package let text: String
  private let minute, hour, day, month, weekday: CronField

  private static let names = [
    "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
  ]
  /// Leap days are at most eight years apart; nothing that exists is rarer.
  private static let searchedDays = 9 * 366
  /// Times that lie in a gap or were over already; no change of clocks has more minutes than two days.
  private static let triedTimes = 2 * 1440
  private static let longestText = 256

  package init(_ text: String) throws(CronError) {
    guard text.utf8.count <= Self.longestText else {
      throw CronError(message: "the expression is longer than \(Self.longestText) bytes", hint: "use several schedules")
    }
    let written = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    if written.hasPrefix("@"), Self.names[written.lowercased()] == nil {
      throw CronError(
        message: "\"\(written.prefix(40))\" is no name of a schedule",
        hint: Suggestion.hint(written, among: Self.names.keys)
          ?? "use @hourly, @daily, @weekly, @monthly or @yearly")
    }
    let fields = (Self.names[written.lowercased()] ?? written).split(separator: " ")
    guard fields.count == 5 else {
      throw CronError(
        message: "the expression has \(fields.count) fields, not five",
        hint: "write minute, hour, day of month, month and day of week, such as 30 8 * * MON-FRI")
    }
    self.text = written
    minute = try CronField(fields[0], .minute)
    hour = try CronField(fields[1], .hour)
    day = try CronField(fields[2], .day)
    month = try CronField(fields[3], .month)
    weekday = try CronField(fields[4], .weekday)
  }

  package var description: String { text }

  /// The schedule means an interval rather than times of day.
  package var isInterval: Bool { minute.isStar || hour.isStar }

  /// The first run after a moment, on a whole minute of the zone's clock unless that jumps; nil for dates that no calendar
  /// has, such as 30 February. Looks at no more than nine years.
  package func next(after moment: Timestamp, in zone: any CivilZone) -> Timestamp? {
    var wall = WallTime(moment, in: zone)
    wall.seconds = (CivilCalendar.floored(wall.seconds, 60).quotient + 1) * 60
    for _ in 0..<Self.triedTimes {
      guard let found = next(from: wall) else { return nil }
      let reading = found.moment(in: zone)
      if isInterval {
        let instants = reading.isSkipped ? [] : [reading.first] + (reading.second.map { [$0] } ?? [])
        if let run = instants.first(where: { $0 > moment }) {
          return repeated(after: moment, before: run, in: zone) ?? run
        }
      } else if reading.first > moment {
        return reading.first
      }
      wall.seconds = found.seconds + 60
    }
    return nil
  }

  /// A run of an interval before `run` at a time that clocks set back show for the second time. Times that were shown
  /// already come again only within the length of such a change.
  private func repeated(after moment: Timestamp, before run: Timestamp, in zone: any CivilZone) -> Timestamp? {
    let start = CivilCalendar.floored(Int(moment.milliseconds), 1000).quotient
    func offset(_ seconds: Int) -> Int { zone.offset(at: WallTime.timestamp(seconds)) }
    let end = start + 26 * 3600
    guard offset(end) < offset(start) else { return nil }
    let change = WallTime.change(from: start, to: end, offset)
    guard let found = next(from: WallTime(seconds: change + offset(end))) else { return nil }
    let again = WallTime.timestamp(found.seconds - offset(end))
    return again < run ? again : nil
  }

  /// The first wall time that fits and is not before this one.
  private func next(from wall: WallTime) -> WallTime? {
    var (days, time) = CivilCalendar.floored(wall.seconds, CivilCalendar.secondsPerDay)
    for _ in 0..<Self.searchedDays {
      if fits(days), let found = nextTime(from: time) {
        return WallTime(seconds: days * CivilCalendar.secondsPerDay + found)
      }
      (days, time) = (days + 1, 0)
    }
    return nil
  }

  private func fits(_ days: Int) -> Bool {
    let date = CivilCalendar.date(days: days)
    guard month.contains(date.month) else { return false }
    let fitsDay = day.contains(date.day)
    // 1970-01-01 was a Thursday.
    let fitsWeekday = weekday.contains(CivilCalendar.floored(days + 4, 7).remainder)
    return day.isStar || weekday.isStar ? fitsDay && fitsWeekday : fitsDay || fitsWeekday
  }

  private func nextTime(from seconds: Int) -> Int? {
    let start = (seconds + 59) / 60
    var (first, minutes) = (start / 60, start % 60)
    while let found = hour.next(from: first) {
      if let minute = minute.next(from: found == first ? minutes : 0) { return (found * 60 + minute) * 60 }
      (first, minutes) = (found + 1, 0)
    }
    return nil
  }
}
