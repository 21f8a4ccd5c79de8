import SCRRuntime

/// A moment as a calendar and a wall clock show it, in the proleptic Gregorian calendar.
struct CivilTime: Sendable, Hashable {
  let year: Int
  /// 1 to 12.
  let month: Int
  let day: Int
  let hour: Int
  let minute: Int
  let second: Int
  let millisecond: Int
  /// 0 is Sunday.
  let weekday: Int
  /// East of UTC, in seconds.
  let offset: Int

  init(milliseconds: Int64, offset: Int) {
    let seconds = CivilCalendar.floored(Int(milliseconds), 1000)
    let local = seconds.quotient + offset
    let (days, time) = CivilCalendar.floored(local, CivilCalendar.secondsPerDay)
    (year, month, day) = CivilCalendar.date(days: days)
    (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60)
    millisecond = seconds.remainder
    // 1970-01-01 was a Thursday.
    weekday = CivilCalendar.floored(days + 4, 7).remainder
    self.offset = offset
  }
}

extension CivilTime {
  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]
  private static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

  private var monthName: String { Self.months[month - 1] }
  private var weekdayName: String { Self.weekdays[weekday] }
  private var clock: String { "\(Self.two(hour)):\(Self.two(minute)):\(Self.two(second))" }

  /// `+01:00`, with seconds only where a historic zone has them.
  func offsetText(separator: String = ":") -> String {
    let magnitude = abs(offset)
    let seconds = magnitude % 60 == 0 ? "" : separator + Self.two(magnitude % 60)
    return (offset < 0 ? "-" : "+") + Self.two(magnitude / 3600) + separator + Self.two(magnitude / 60 % 60) + seconds
  }

  /// `2026-11-24T06:34:41.125+01:00`; `Z` stands for UTC itself.
  func iso8601(isUTC: Bool) -> String {
    let date = "\(Self.padded(year, 4))-\(Self.two(month))-\(Self.two(day))"
    return "\(date)T\(clock).\(Self.padded(millisecond, 3))\(isUTC ? "Z" : offsetText())"
  }

  /// `Tue, 24 Nov 2026 06:34:41 +0100`.
  var rfc2822: String {
    "\(weekdayName.prefix(3)), \(Self.two(day)) \(monthName.prefix(3)) \(Self.padded(year, 4)) \(clock) "
      + offsetText(separator: "")
  }

  /// `Tuesday, 24 November 2026, 06:34:41 CET`.
  func pretty(_ abbreviation: String) -> String {
    "\(weekdayName), \(day) \(monthName) \(year), \(clock) \(abbreviation)"
  }

  private static func two(_ value: Int) -> String { padded(value, 2) }
  private static func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(abs(value))
    return (value < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}
