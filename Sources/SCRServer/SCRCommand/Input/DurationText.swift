import SCRRuntime

/// Durations as people write and read them.
package enum DurationText {
  private static let units: [(name: String, milliseconds: Int64)] = [
    ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
  ]
  /// The longest that is accepted: a year.
  private static let longest: Int64 = 366 * 86_400_000

  /// Reads `200ms`, `1.5s`, `5m`, `2h`, `1d` or a sum of them (`1h30m`). More than nothing, a year at most.
  /// - Parameter option: whose value it is, for the error.
  /// - Throws: ``CommandFailure`` with exit code 2.
  package static func parse(_ text: String, option: String) throws(CommandFailure) -> Duration {
    var rest = Substring(text)
    var total: Int64 = 0
    repeat {
      let number = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
      let name = rest.dropFirst(number.count).prefix { $0.isASCII && $0.isLetter }
      guard let unit = units.first(where: { $0.name == name }), let part = milliseconds(number, unit.milliseconds)
      else {
        throw CommandFailure.usage(
          "\(option) got \"\(text)\", which is no duration",
          hint: "write a number and a unit, for example 30s, 5m or 1h30m")
      }
      total += part
      rest = rest.dropFirst(number.count + name.count)
    } while !rest.isEmpty && total <= longest
    guard (1...longest).contains(total) else {
      throw CommandFailure.usage("\(option) got \"\(text)\"", hint: "durations are from 1ms to 366d")
    }
    return .milliseconds(total)
  }

  /// A decimal number of `unit`s in whole milliseconds; nil for what is no number, or out of all bounds.
  private static func milliseconds(_ number: Substring, _ unit: Int64) -> Int64? {
    let parts = number.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let whole = Int64(parts[0]), whole <= longest else { return nil }
    let (product, overflow) = whole.multipliedReportingOverflow(by: unit)
    guard !overflow, product <= 2 * longest else { return min(product, longest + 1) }
    guard parts.count == 2 else { return product }
    guard let fraction = Int64(parts[1]), parts[1].count <= 9 else { return nil }
    let scale = (0..<parts[1].count).reduce(Int64(1)) { scale, _ in scale * 10 }
    return product + fraction * unit / scale
  }

  /// Short for people: `12 ms`, `1.2 s`, `2 m 05 s`, `1 h 02 m`.
  package static func format(_ duration: Duration) -> String {
    let milliseconds = max(0, duration.milliseconds)
    let seconds = milliseconds / 1000
    switch milliseconds {
    case ..<1000: return "\(milliseconds) ms"
    case ..<60_000: return "\(seconds).\(milliseconds % 1000 / 100) s"
    case ..<3_600_000: return "\(seconds / 60) m \(twoDigits(seconds % 60)) s"
    default: return "\(seconds / 3600) h \(twoDigits(seconds / 60 % 60)) m"
    }
  }

  private static func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
