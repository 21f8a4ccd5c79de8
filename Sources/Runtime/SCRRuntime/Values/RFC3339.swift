/// Reads and writes RFC 3339's date-time. By whole numbers: a `Date` counts in binary fractions and loses milliseconds.
enum RFC3339 {
  /// Milliseconds since 1970; digits beyond milliseconds are cut off. Nil for everything that the standard's grammar
  /// does not allow, and for dates that no calendar has. A leap second is the first of the next day.
  static func milliseconds(_ text: String) -> Int? {
    let pattern = /(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))/
      .asciiOnlyDigits()
    guard let match = text.wholeMatch(of: pattern)?.output else { return nil }
    func number(_ digits: Substring) -> Int { Int(digits) ?? 0 }
    let (year, month, day) = (number(match.1), number(match.2), number(match.3))
    let (hour, minute, second) = (number(match.4), number(match.5), number(match.6))
    guard (1...12).contains(month), day >= 1, isDate(year, month, day), hour < 24, minute < 60, second <= 60 else {
      return nil
    }
    var seconds = CivilCalendar.days(year: year, month: month, day: day) * CivilCalendar.secondsPerDay
    seconds += hour * 3600 + minute * 60 + second
    if let sign = match.8, let hours = match.9.map(number), let minutes = match.10.map(number) {
      guard hours < 24, minutes < 60 else { return nil }
      seconds -= (sign == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
    }
    if second == 60, !seconds.isMultiple(of: CivilCalendar.secondsPerDay) { return nil }
    return seconds * 1000
      + (match.7.map { number($0.prefix(3) + String(repeating: "0", count: max(0, 3 - $0.count))) } ?? 0)
  }

  /// Every date comes back from its day; one that is not in the calendar comes back as another.
  private static func isDate(_ year: Int, _ month: Int, _ day: Int) -> Bool {
    CivilCalendar.date(days: CivilCalendar.days(year: year, month: month, day: day)) == (year, month, day)
  }

  /// `2026-11-23T20:34:25.125Z`.
  static func text(milliseconds: Int) -> String {
    let (seconds, millisecond) = CivilCalendar.floored(milliseconds, 1000)
    let (days, time) = CivilCalendar.floored(seconds, CivilCalendar.secondsPerDay)
    let (year, month, day) = CivilCalendar.date(days: days)
    let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    let clock = "\(padded(time / 3600, 2)):\(padded(time / 60 % 60, 2)):\(padded(time % 60, 2))"
    return "\(date)T\(clock).\(padded(millisecond, 3))Z"
  }

  private static func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value.magnitude)
    return (value < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}
