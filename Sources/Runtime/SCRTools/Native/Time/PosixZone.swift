import SCRRuntime

/// The rule for all time after the last transition of a zone file, as POSIX writes it in `TZ`: `CET-1CEST,M3.5.0,M10.5.0/3`
/// (RFC 8536 §3.3).
struct PosixZone: Sendable, Hashable {
  struct Period: Sendable, Hashable {
    let abbreviation: String
    /// East of UTC, in seconds.
    let offset: Int
  }

  /// On which day of a year, and how many seconds after its midnight, a period begins.
  struct Moment: Sendable, Hashable {
    enum Day: Sendable, Hashable {
      /// The `week`-th such weekday of a month; the fifth is the last.
      case weekday(month: Int, week: Int, weekday: Int)
      /// 1 to 365; 29 February is never counted.
      case julian(Int)
      /// 0 to 365; 29 February is counted.
      case ordinal(Int)
    }

    let day: Day
    let time: Int
  }

  let standard: Period
  let summer: Period?
  private let summerBegins: Moment?
  private let summerEnds: Moment?

  /// Nil for what is no such rule.
  init?(_ text: String) {
    var reader = PosixZoneReader(text)
    guard let name = reader.name(), let west = reader.time(upTo: 24) else { return nil }
    standard = Period(abbreviation: name, offset: -west)
    guard !reader.isAtEnd else {
      (summer, summerBegins, summerEnds) = (nil, nil, nil)
      return
    }
    guard let summerName = reader.name() else { return nil }
    var offset = standard.offset + 3600
    if !reader.take(",") {
      guard let west = reader.time(upTo: 24), reader.take(",") else { return nil }
      offset = -west
    }
    summer = Period(abbreviation: summerName, offset: offset)
    guard let begins = reader.moment(), reader.take(","), let ends = reader.moment(), reader.isAtEnd else { return nil }
    (summerBegins, summerEnds) = (begins, ends)
  }

  /// - Parameter seconds: since 1970.
  func period(at seconds: Int) -> Period {
    guard let summer, let summerBegins, let summerEnds else { return standard }
    // The standard offset puts us in the right year but for the last hours of some; those lie in no change of time.
    let year = CivilCalendar.date(days: CivilCalendar.floored(seconds + standard.offset, 86_400).quotient).year
    let begin = summerBegins.seconds(year) - standard.offset
    let end = summerEnds.seconds(year) - summer.offset
    // South of the equator summer spans the turn of the year.
    let isSummer = begin < end ? (begin..<end).contains(seconds) : !(end..<begin).contains(seconds)
    return isSummer ? summer : standard
  }
}

extension PosixZone.Moment {
  /// Seconds since 1970 by the local clock.
  func seconds(_ year: Int) -> Int {
    let first = CivilCalendar.days(year: year, month: 1, day: 1)
    let days =
      switch day {
      case .julian(let day): first + day - 1 + (CivilCalendar.isLeap(year) && day > 59 ? 1 : 0)
      case .ordinal(let day): first + day
      case .weekday(let month, let week, let weekday): Self.days(year, month, week, weekday)
      }
    return days * 86_400 + time
  }

  private static func days(_ year: Int, _ month: Int, _ week: Int, _ weekday: Int) -> Int {
    let first = CivilCalendar.days(year: year, month: month, day: 1)
    let next = month == 12 ? first + 31 : CivilCalendar.days(year: year, month: month + 1, day: 1)
    let ahead = CivilCalendar.floored(weekday - (first + 4), 7).remainder
    let wanted = first + ahead + (week - 1) * 7
    return wanted < next ? wanted : wanted - 7
  }
}

/// Reads the parts of a POSIX rule. A reader that gives nil has found something else.
private struct PosixZoneReader {
  private var rest: Substring

  init(_ text: String) { rest = Substring(text) }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func take(_ character: Character) -> Bool {
    guard rest.first == character else { return false }
    rest = rest.dropFirst()
    return true
  }

  mutating func name() -> String? {
    if take("<") {
      guard let end = rest.firstIndex(of: ">") else { return nil }
      defer { rest = rest[rest.index(after: end)...] }
      return String(rest[..<end])
    }
    let name = rest.prefix { $0.isASCII && $0.isLetter }
    guard name.count >= 3 else { return nil }
    rest = rest[name.endIndex...]
    return String(name)
  }

  mutating func number(_ range: ClosedRange<Int>) -> Int? {
    let digits = rest.prefix(3).prefix { $0.isASCII && $0.isNumber }
    guard let value = Int(digits), range.contains(value) else { return nil }
    rest = rest[digits.endIndex...]
    return value
  }

  /// `[+-]hh[:mm[:ss]]` in seconds.
  mutating func time(upTo hours: Int) -> Int? {
    let isNegative = take("-")
    if !isNegative { _ = take("+") }
    guard let hour = number(0...hours) else { return nil }
    var seconds = hour * 3600
    for unit in [60, 1] where take(":") {
      guard let value = number(0...59) else { return nil }
      seconds += value * unit
    }
    return isNegative ? -seconds : seconds
  }

  mutating func moment() -> PosixZone.Moment? {
    guard let day = day() else { return nil }
    guard take("/") else { return PosixZone.Moment(day: day, time: 2 * 3600) }
    return time(upTo: 167).map { PosixZone.Moment(day: day, time: $0) }
  }

  private mutating func day() -> PosixZone.Moment.Day? {
    if take("M") {
      guard let month = number(1...12), take("."), let week = number(1...5), take("."), let weekday = number(0...6)
      else { return nil }
      return .weekday(month: month, week: week, weekday: weekday)
    }
    if take("J") { return number(1...365).map { .julian($0) } }
    return number(0...365).map { .ordinal($0) }
  }
}
