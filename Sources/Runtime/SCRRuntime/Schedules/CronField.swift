/// One of the five fields: which of its values it allows.
struct CronField: Sendable, Hashable {
  /// Bit n stands for the value n.
  private(set) var bits: UInt64 = 0
  /// Written with a leading `*`: Vixie's cron treats such day fields as no restriction, `*/2` too.
  let isStar: Bool

  func contains(_ value: Int) -> Bool { bits & (1 << UInt64(value)) != 0 }

  /// The lowest allowed value that is not below `value`.
  func next(from value: Int) -> Int? {
    guard value < 64 else { return nil }
    let rest = bits >> UInt64(max(0, value))
    return rest == 0 ? nil : max(0, value) + rest.trailingZeroBitCount
  }

  struct Kind: Sendable {
    let name: String
    let range: ClosedRange<Int>
    var names: [String] = []

    static let minute = Kind(name: "minute", range: 0...59)
    static let hour = Kind(name: "hour", range: 0...23)
    static let day = Kind(name: "day of month", range: 1...31)
    static let month = Kind(
      name: "month", range: 1...12,
      names: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"])
    /// 0 and 7 are Sunday.
    static let weekday = Kind(
      name: "day of week", range: 0...7, names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"])
    static let all = [minute, hour, day, month, weekday]

    func refuse(_ part: some StringProtocol, _ why: String) -> CronError {
      var right = "\(range.lowerBound) to \(range.upperBound)"
      if let first = names.first, let last = names.last { right += " or \(first) to \(last)" }
      return CronError(
        field: name, message: "the field for the \(name) has \"\(part.prefix(40))\": \(why)",
        hint: "write numbers \(right), lists such as 1,2, ranges such as 1-5, steps such as */5 or 1-5/2, or *")
    }
  }

  init(_ text: Substring, _ kind: Kind) throws(CronError) {
    isStar = text.hasPrefix("*")
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let pieces = part.split(separator: "/", omittingEmptySubsequences: false)
      guard pieces.count <= 2, let span = pieces.first, !span.isEmpty else {
        throw kind.refuse(part, "a value is missing")
      }
      let step = try pieces.count == 2 ? Self.step(pieces[1], part, kind) : 1
      let bounds = try Self.bounds(span, part, hasStep: pieces.count == 2, kind)
      for value in stride(from: bounds.lowerBound, through: bounds.upperBound, by: step) { allow(value, kind) }
    }
  }

  private mutating func allow(_ value: Int, _ kind: Kind) {
    bits |= 1 << UInt64(kind.range.upperBound == 7 && value == 7 ? 0 : value)
  }

  private static func step(_ text: Substring, _ part: Substring, _ kind: Kind) throws(CronError) -> Int {
    guard let step = number(text), (1...kind.range.upperBound).contains(step) else {
      throw kind.refuse(part, "the step after / must be 1 to \(kind.range.upperBound)")
    }
    return step
  }

  /// A single value with a step goes on to the end, as Vixie's cron has it.
  private static func bounds(
    _ span: Substring, _ part: Substring, hasStep: Bool, _ kind: Kind
  ) throws(CronError) -> ClosedRange<Int> {
    // Sunday is once in a week.
    let whole = kind.range.lowerBound...(kind.range.upperBound == 7 ? 6 : kind.range.upperBound)
    if span == "*" { return whole }
    let ends = span.split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count <= 2 else { throw kind.refuse(part, "a range has two ends") }
    let first = try value(ends[0], part, kind)
    guard ends.count == 2 else { return hasStep ? first...max(first, whole.upperBound) : first...first }
    let last = try value(ends[1], part, kind)
    guard first <= last else { throw kind.refuse(part, "the range ends before it begins") }
    return first...last
  }

  private static func value(_ text: Substring, _ part: Substring, _ kind: Kind) throws(CronError) -> Int {
    if let place = kind.names.firstIndex(of: text.uppercased()) { return kind.range.lowerBound + place }
    guard let value = number(text) else { throw kind.refuse(part, "\"\(text.prefix(20))\" is no value") }
    guard kind.range.contains(value) else { throw kind.refuse(part, "\(value) is outside its range") }
    return value
  }

  private static func number(_ text: Substring) -> Int? {
    guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int(text)
  }
}

/// Why a cron expression cannot be read.
package struct CronError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The field, such as `minute`; nil where it is about the whole.
  package var field: String?
  package var message: String
  package var hint: String

  package var description: String { "\(message) (\(hint))" }
}
