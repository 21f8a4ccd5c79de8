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

  private static let secondsPerDay = 86_400

  init(milliseconds: Int64, offset: Int) {
    let seconds = Self.floored(Int(milliseconds), 1000)
    let local = seconds.quotient + offset
    let (days, time) = Self.floored(local, Self.secondsPerDay)
    (year, month, day) = Self.date(days: days)
    (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60)
    millisecond = seconds.remainder
    // 1970-01-01 was a Thursday.
    weekday = Self.floored(days + 4, 7).remainder
    self.offset = offset
  }

  static func floored(_ value: Int, _ divisor: Int) -> (quotient: Int, remainder: Int) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  /// Days since 1970-01-01 of a date. Counts in years that begin in March, so that the leap day comes last.
  static func days(year: Int, month: Int, day: Int) -> Int {
    let shiftedYear = month > 2 ? year : year - 1
    let (era, yearOfEra) = floored(shiftedYear, 400)
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  static func date(days: Int) -> (year: Int, month: Int, day: Int) {
    let (era, dayOfEra) = floored(days + 719_468, 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = (monthFromMarch + 2) % 12 + 1
    return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }

  static func isLeap(_ year: Int) -> Bool {
    year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
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
