package import SCRProtocol

/// Amounts of money as JSON writes them and as we count them: whole millionths, since binary fractions do not add up.
package enum Dollars {
  /// At most six decimals; `1.5`, `0.000001`.
  package static func json(_ micros: Int64) -> JSONValue {
    let (whole, rest) = micros.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
    let sign = micros < 0 ? "-" : ""
    guard rest > 0 else { return .integer(micros / 1_000_000) }
    var digits = String(rest)
    digits = String(repeating: "0", count: 6 - digits.utf8.count) + digits
    while digits.hasSuffix("0") { digits.removeLast() }
    return .number(JSONNumber(validated: "\(sign)\(whole).\(digits)"))
  }

  /// Nil for what is no number, for more than six decimals, and beyond 9,007,199,254 dollars.
  package static func micros(_ json: JSONValue) -> Int64? {
    let text: String
    switch json {
    case .integer(let value): text = String(value)
    case .number(let value): text = value.text
    default: return nil
    }
    guard let (mantissa, exponent) = parts(text) else { return nil }
    var pieces = mantissa.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let isNegative = pieces[0].hasPrefix("-")
    if isNegative { pieces[0].removeFirst() }
    let fraction = pieces.count > 1 ? pieces[1] : ""
    // Digits × 10^power millionths.
    var digits = pieces[0] + fraction
    var power = 6 + exponent - fraction.utf8.count
    while power < 0, digits.hasSuffix("0") {
      digits.removeLast()
      power += 1
    }
    digits = String(digits.drop { $0 == "0" })
    if digits.isEmpty { return 0 }
    guard power >= 0, digits.utf8.count + power <= 16,
      let value = Int64(digits + String(repeating: "0", count: power)), value < 1 << 53
    else { return nil }
    return isNegative ? -value : value
  }

  private static func parts(_ text: String) -> (mantissa: Substring, exponent: Int)? {
    guard text.utf8.count <= 64 else { return nil }
    let parts = text.split { $0 == "e" || $0 == "E" }
    guard let mantissa = parts.first, parts.count <= 2 else { return nil }
    guard parts.count == 2 else { return (mantissa, 0) }
    guard let exponent = Int(parts[1]), abs(exponent) <= 100 else { return nil }
    return (mantissa, exponent)
  }

  static func text(_ micros: Int64) -> String { "$\(json(micros).jsonText)" }
}
