/// A JSON number taken apart, for exact comparison and division: ±`digits` × 10^`exponent`.
///
/// Digits have no zeros at either end, so equal numbers have equal parts; zero has no digits.
struct JSONDecimal: Sendable, Hashable {
  enum Order: Sendable { case less, equal, greater }

  let isNegative: Bool
  /// Values 0…9.
  let digits: [UInt8]
  /// Clamped to ±10^15; no number that anyone can write differs by it.
  let exponent: Int

  init(_ text: some Sequence<UInt8>) {
    var negative = false
    var digits: [UInt8] = []
    var exponent = 0
    var written = 0
    var writtenNegative = false
    var part = Part.whole
    for byte in text {
      switch (byte, part) {
      case (UInt8(ascii: "-"), .exponent): writtenNegative = true
      case (UInt8(ascii: "-"), _): negative = true
      case (UInt8(ascii: "."), _): part = .fraction
      case (UInt8(ascii: "e"), _), (UInt8(ascii: "E"), _): part = .exponent
      case (UInt8(ascii: "+"), _): break
      case (_, .exponent): written = min(written * 10 + Int(byte &- 48), 1_000_000_000_000_000)
      default:
        digits.append(byte &- 48)
        if part == .fraction { exponent -= 1 }
      }
    }
    while digits.last == 0 {
      digits.removeLast()
      exponent += 1
    }
    self.digits = Array(digits.drop { $0 == 0 })
    self.exponent = self.digits.isEmpty ? 0 : exponent + (writtenNegative ? -written : written)
    isNegative = negative && !self.digits.isEmpty
  }

  private enum Part { case whole, fraction, exponent }

  var isInteger: Bool { exponent >= 0 }

  func order(to other: JSONDecimal) -> Order {
    if self == other { return .equal }
    if isNegative != other.isNegative { return isNegative ? .less : .greater }
    let isSmaller = magnitudeIsLess(than: other)
    return isSmaller != isNegative ? .less : .greater
  }

  private func magnitudeIsLess(than other: JSONDecimal) -> Bool {
    if digits.isEmpty || other.digits.isEmpty { return digits.isEmpty }
    let (size, otherSize) = (digits.count + exponent, other.digits.count + other.exponent)
    if size != otherSize { return size < otherSize }
    return digits.lexicographicallyPrecedes(other.digits)
  }
}

extension JSONDecimal {
  /// A positive number that others may be multiples of.
  struct Divisor: Sendable {
    let text: String
    private let magnitude: UInt64
    private let exponent: Int

    /// Nil for zero, negative numbers and for more digits than 64 bits hold.
    init?(_ value: JSONValue) {
      guard let decimal = value.decimal, !decimal.isNegative, !decimal.digits.isEmpty else { return nil }
      var magnitude: UInt64 = 0
      for digit in decimal.digits {
        let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
        let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
        if overflow || carry { return nil }
        magnitude = sum
      }
      text = value.jsonText
      self.magnitude = magnitude
      exponent = decimal.exponent
    }

    func divides(_ value: JSONDecimal) -> Bool {
      if value.digits.isEmpty { return true }
      let shift = value.exponent - exponent
      // The digits end in no zero, so no power of ten divides them.
      if shift < 0 { return false }
      var remainder: UInt64 = 0
      for digit in value.digits { remainder = next(remainder, digit) }
      // After 64 factors of ten nothing of the divisor's twos and fives is left to be found.
      for _ in 0..<min(shift, 64) where remainder != 0 { remainder = next(remainder, 0) }
      return remainder == 0
    }

    private func next(_ remainder: UInt64, _ digit: UInt8) -> UInt64 {
      let (high, low) = remainder.multipliedFullWidth(by: 10)
      let (sum, carry) = low.addingReportingOverflow(UInt64(digit))
      return magnitude.dividingFullWidth((high + (carry ? 1 : 0), sum)).remainder
    }
  }
}

extension JSONValue {
  /// The number's exact parts; nil for what is no number.
  var decimal: JSONDecimal? {
    switch self {
    case .integer(let number): JSONDecimal(String(number).utf8)
    case .number(let number): JSONDecimal(number.text.utf8)
    default: nil
    }
  }

  /// Equal as JSON Schema has it: `1` and `1.0` are, strings are compared by their code points.
  package func isEqualJSON(to other: JSONValue) -> Bool {
    switch (self, other) {
    case (.string(let left), .string(let right)): left == right && left.utf8.elementsEqual(right.utf8)
    case (.array(let left), .array(let right)):
      left.count == right.count && zip(left, right).allSatisfy { $0.isEqualJSON(to: $1) }
    case (.object(let left), .object(let right)):
      left.count == right.count
        && left.allSatisfy { field in right[field.key].map { field.value.isEqualJSON(to: $0) } ?? false }
    case (.number, .integer), (.integer, .number), (.number, .number): decimal == other.decimal
    default: self == other
    }
  }
}
