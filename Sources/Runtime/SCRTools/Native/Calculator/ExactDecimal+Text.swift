import BigInt
import SCRProtocol

extension ExactDecimal: CustomStringConvertible {
  /// Reads `-12.50`, `.5` or `1e-3`: JSON's numbers, and those without a digit before the point.
  /// - Throws: ``CalculatorError`` for anything else.
  init(text: String) throws(CalculatorError) {
    guard text.utf8.count <= CalculatorLimits.length else {
      throw CalculatorError(.tooLarge, "a number has more than \(CalculatorLimits.length) characters")
    }
    var rest = Substring(text)
    let isNegative = rest.first == "-"
    if isNegative || rest.first == "+" { rest = rest.dropFirst() }
    let whole = Self.digits(&rest)
    var fraction = Substring()
    if rest.first == "." {
      rest = rest.dropFirst()
      fraction = Self.digits(&rest)
    }
    var exponent = 0
    if rest.first == "e" || rest.first == "E" {
      let written = rest.dropFirst()
      // Nine digits are beyond every limit and far from overflow.
      guard let value = Int(written), written.utf8.count <= 10, written.first?.isWhitespace == false else {
        throw CalculatorError(.tooLarge, "the exponent of \"\(text.prefix(50))\" is missing or too large")
      }
      exponent = value
      rest = ""
    }
    let digits = fraction.isEmpty ? whole : whole + fraction
    let scale = exponent - fraction.utf8.count
    if rest.isEmpty, let magnitude = Int(digits) {
      try self.init(isNegative ? -magnitude : magnitude, exponent: scale)
    } else if rest.isEmpty, !digits.isEmpty, let magnitude = BigInt(String(digits), radix: 10) {
      try self.init(isNegative ? -magnitude : magnitude, exponent: scale)
    } else {
      throw CalculatorError(.syntax, "\"\(text.prefix(50))\" is no number")
    }
  }

  private static func digits(_ rest: inout Substring) -> Substring {
    let digits = rest.utf8.prefix { $0 &- UInt8(ascii: "0") < 10 }
    defer { rest = rest[digits.endIndex...] }
    return rest[..<digits.endIndex]
  }

  /// Plain digits where they are few or all significant, otherwise with a power of ten: `1.5e+50`.
  var description: String {
    let digits: String
    switch value {
    case .small(let value): digits = String(value.magnitude)
    case .big(let value): digits = String(value.magnitude)
    }
    let sign = isNegative ? "-" : ""
    let magnitude = exponent + digits.utf8.count - 1
    if exponent == 0 { return sign + digits }
    if exponent > 0, magnitude < CalculatorLimits.precision {
      return sign + digits + String(repeating: "0", count: exponent)
    }
    if exponent < 0, magnitude >= 0 {
      return "\(sign)\(digits.dropLast(-exponent)).\(digits.suffix(-exponent))"
    }
    if exponent < 0, magnitude >= -7 {
      return "\(sign)0.\(String(repeating: "0", count: -magnitude - 1))\(digits)"
    }
    let fraction = digits.utf8.count == 1 ? "" : ".\(digits.dropFirst())"
    return "\(sign)\(digits.prefix(1))\(fraction)e\(magnitude < 0 ? "-" : "+")\(abs(magnitude))"
  }

  /// A JSON integer where it is one and fits 64 bits, otherwise a number with exactly these digits.
  var json: JSONValue { integer.map { .integer($0) } ?? .number(JSONNumber(validated: description)) }
}
