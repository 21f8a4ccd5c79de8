import BigInt

/// A decimal number: `coefficient` · 10^`exponent`, without trailing zeros in the coefficient, so that equal numbers are
/// equal values.
struct ExactDecimal: Sendable, Hashable {
  /// Small wherever it fits: most numbers do, and are many times cheaper so.
  enum Coefficient: Sendable, Hashable {
    case small(Int)
    case big(BigInt)
  }

  let value: Coefficient
  let exponent: Int

  static let zero = ExactDecimal(0)
  static let one = ExactDecimal(1)

  init(_ value: Int) { self.init(unchecked: value, 0) }

  /// - Throws: ``CalculatorError`` `too_large` beyond the limits on digits.
  init(_ coefficient: Int, exponent: Int) throws(CalculatorError) {
    self.init(unchecked: coefficient, exponent)
    if abs(magnitudeExponent) > CalculatorLimits.digits { throw Self.outOfRange }
  }

  /// - Throws: ``CalculatorError`` `too_large` beyond the limits on digits.
  init(_ coefficient: BigInt, exponent: Int) throws(CalculatorError) {
    self.init(unchecked: coefficient, exponent)
    if case .big(let value) = value, value.magnitude >= Self.tooManyDigits {
      throw CalculatorError(.tooLarge, "the exact result has more than \(CalculatorLimits.digits) digits")
    }
    if abs(magnitudeExponent) > CalculatorLimits.digits { throw Self.outOfRange }
  }

  private init(unchecked coefficient: Int, _ exponent: Int) {
    var (rest, zeros) = (coefficient, 0)
    while rest != 0, rest.isMultiple(of: 10) { (rest, zeros) = (rest / 10, zeros + 1) }
    value = .small(rest)
    self.exponent = rest == 0 ? 0 : exponent + zeros
  }

  private init(unchecked coefficient: BigInt, _ exponent: Int) {
    var (coefficient, exponent) = (coefficient, exponent)
    for zeros in [256, 16] {
      // An odd number ends in no zero, nor does one with fewer digits: mostly that settles it without a division.
      while coefficient.magnitude[bitAt: 0] == false, coefficient.magnitude.bitWidth > 3 * zeros {
        let (quotient, remainder) = coefficient.quotientAndRemainder(dividingBy: Self.powerOfTen(zeros))
        guard remainder.isZero else { break }
        (coefficient, exponent) = (quotient, exponent + zeros)
      }
    }
    while coefficient.magnitude.bitWidth >= Int.bitWidth, coefficient.magnitude[bitAt: 0] == false {
      let (quotient, remainder) = coefficient.quotientAndRemainder(dividingBy: 10)
      guard remainder.isZero else { break }
      (coefficient, exponent) = (quotient, exponent + 1)
    }
    if coefficient.magnitude.bitWidth < Int.bitWidth {
      let magnitude = Int(bitPattern: coefficient.magnitude.words.first ?? 0)
      self.init(unchecked: coefficient.sign == .minus ? -magnitude : magnitude, exponent)
    } else {
      self.init(value: .big(coefficient), exponent: exponent)
    }
  }

  private init(value: Coefficient, exponent: Int) {
    self.value = value
    self.exponent = exponent
  }

  var coefficient: BigInt {
    switch value {
    case .small(let value): BigInt(value)
    case .big(let value): value
    }
  }

  static let outOfRange = CalculatorError(
    .tooLarge, "the result is beyond 10^\(CalculatorLimits.digits) or below 10^-\(CalculatorLimits.digits)")
  static let tooManyDigits = powerOfTen(CalculatorLimits.digits).magnitude

  static func powerOfTen(_ exponent: Int) -> BigInt {
    exponent < smallPowers.count ? smallPowers[exponent] : BigInt(10).power(exponent)
  }

  private static let smallPowers = (0...64).map { BigInt(10).power($0) }

  var isZero: Bool { value == .small(0) }
  var isNegative: Bool {
    switch value {
    case .small(let value): value < 0
    case .big(let value): value.sign == .minus
    }
  }
  var isInteger: Bool { exponent >= 0 }

  /// Decimal digits of the coefficient.
  var digitCount: Int {
    switch value {
    case .small(let value):
      var (rest, digits) = (value.magnitude, 1)
      while rest >= 10 { (rest, digits) = (rest / 10, digits + 1) }
      return digits
    case .big(let value): return Self.digitCount(value.magnitude)
    }
  }

  /// From the binary length, which leaves two possibilities at most; writing the number out would cost far more.
  static func digitCount(_ magnitude: BigUInt) -> Int {
    if magnitude.isZero { return 1 }
    let least = Int(Double(magnitude.bitWidth - 1) * log10Of2) + 1
    return magnitude < powerOfTen(least).magnitude ? least : least + 1
  }

  private static let log10Of2 = 0.301_029_995_663_981_2

  /// The power of ten of the first digit: 3 for 1234.
  var magnitudeExponent: Int { isZero ? 0 : exponent + digitCount - 1 }

  /// The whole number, if it is one that fits.
  var integer: Int64? {
    guard isInteger, magnitudeExponent < 19 else { return nil }
    return smallScaled(to: 0).map(Int64.init) ?? Int64(exactly: scaled(to: 0))
  }

  /// The coefficient at a smaller exponent, where that is small.
  func smallScaled(to target: Int) -> Int? {
    guard case .small(var result) = value, exponent - target < 19 else { return nil }
    for _ in 0..<(exponent - target) {
      let (product, overflow) = result.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      result = product
    }
    return result
  }

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
