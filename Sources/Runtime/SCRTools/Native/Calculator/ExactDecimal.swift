import BigInt

/// A decimal number: `coefficient` · 10^`exponent`, without trailing zeros in the coefficient, so that equal numbers are
/// equal values.
struct ExactDecimal: Sendable, Hashable {
  let coefficient: BigInt
  let exponent: Int

  static let zero = ExactDecimal(0)
  static let one = ExactDecimal(1)

  init(_ value: Int) {
    self.init(unchecked: BigInt(value), 0)
  }

  /// - Throws: ``CalculatorError`` `too_large` beyond the limits on digits.
  init(_ coefficient: BigInt, exponent: Int) throws(CalculatorError) {
    self.init(unchecked: coefficient, exponent)
    if Self.word(self.coefficient.magnitude) == nil, self.coefficient.magnitude >= Self.tooManyDigits {
      throw CalculatorError(.tooLarge, "the exact result has more than \(CalculatorLimits.digits) digits")
    }
    if abs(magnitudeExponent) > CalculatorLimits.digits { throw Self.outOfRange }
  }

  private init(unchecked coefficient: BigInt, _ exponent: Int) {
    guard !coefficient.isZero else {
      self.coefficient = 0
      self.exponent = 0
      return
    }
    if var word = Self.word(coefficient.magnitude) {
      var zeros = 0
      while word.isMultiple(of: 10) { (word, zeros) = (word / 10, zeros + 1) }
      self.coefficient =
        zeros == 0 ? coefficient : BigInt(sign: coefficient.sign, magnitude: BigUInt(word))
      self.exponent = exponent + zeros
      return
    }
    var (coefficient, exponent) = (coefficient, exponent)
    for zeros in [256, 16, 1] {
      // An odd number ends in no zero, nor does one with fewer digits: mostly that settles it without a division.
      while coefficient.magnitude[bitAt: 0] == false, coefficient.magnitude.bitWidth > 3 * zeros {
        let (quotient, remainder) = coefficient.quotientAndRemainder(dividingBy: Self.powerOfTen(zeros))
        guard remainder.isZero else { break }
        (coefficient, exponent) = (quotient, exponent + zeros)
      }
    }
    self.coefficient = coefficient
    self.exponent = exponent
  }

  static let outOfRange = CalculatorError(
    .tooLarge, "the result is beyond 10^\(CalculatorLimits.digits) or below 10^-\(CalculatorLimits.digits)")
  static let tooManyDigits = powerOfTen(CalculatorLimits.digits).magnitude

  static func powerOfTen(_ exponent: Int) -> BigInt {
    exponent < smallPowers.count ? smallPowers[exponent] : BigInt(10).power(exponent)
  }

  private static let smallPowers = (0...64).map { BigInt(10).power($0) }

  /// The number as one machine word, if it fits; most do, and are far cheaper so.
  static func word(_ magnitude: BigUInt) -> UInt? {
    magnitude.bitWidth <= UInt.bitWidth ? magnitude.words.first ?? 0 : nil
  }

  var isZero: Bool { coefficient.isZero }
  var isNegative: Bool { coefficient.sign == .minus && !coefficient.isZero }
  var isInteger: Bool { exponent >= 0 }

  /// Decimal digits of the coefficient.
  var digitCount: Int { Self.digitCount(coefficient.magnitude) }

  /// From the binary length, which leaves two possibilities at most; writing the number out would cost far more.
  static func digitCount(_ magnitude: BigUInt) -> Int {
    if magnitude.isZero { return 1 }
    if var word = word(magnitude) {
      var digits = 1
      while word >= 10 { (word, digits) = (word / 10, digits + 1) }
      return digits
    }
    let least = Int(Double(magnitude.bitWidth - 1) * log10Of2) + 1
    return magnitude < powerOfTen(least).magnitude ? least : least + 1
  }

  private static let log10Of2 = 0.301_029_995_663_981_2

  /// The power of ten of the first digit: 3 for 1234.
  var magnitudeExponent: Int { isZero ? 0 : exponent + digitCount - 1 }

  /// The whole number, if it is one that fits.
  var integer: Int64? { isInteger && magnitudeExponent < 19 ? Int64(exactly: scaled(to: 0)) : nil }

  /// The coefficient at a smaller exponent.
  func scaled(to target: Int) -> BigInt {
    exponent == target ? coefficient : coefficient * Self.powerOfTen(exponent - target)
  }
}

extension ExactDecimal: Comparable {
  static func < (left: Self, right: Self) -> Bool {
    let exponent = min(left.exponent, right.exponent)
    return left.scaled(to: exponent) < right.scaled(to: exponent)
  }
}
