import BigInt

extension ExactDecimal {
  /// Whether a power needs rounding, and so costs some hundred microseconds.
  func isExactPower(_ exponent: Self) -> Bool {
    guard let count = exponent.integer else { return coefficient.magnitude == 1 && self.exponent == 0 }
    if coefficient.magnitude == 1 || isZero { return true }
    let bits = (coefficient.magnitude.bitWidth - 1).multipliedReportingOverflow(by: Int(count))
    return count >= 0 && !bits.overflow && bits.partialValue <= Self.mostBits
  }

  private static let mostBits = powerOfTen(CalculatorLimits.digits).magnitude.bitWidth

  /// Exact where the exponent is a whole number and the result has no more digits than numbers may; otherwise rounded
  /// to 34 significant digits.
  func raised(to exponent: Self) throws(CalculatorError) -> Self {
    if exponent.isZero { return .one }
    if isZero {
      if exponent.isNegative { throw CalculatorError(.undefined, "zero to a negative power is a division by zero") }
      return .zero
    }
    if isNegative, !exponent.isInteger {
      throw CalculatorError(.undefined, "a negative number to a broken power")
    }
    let isOdd = exponent.exponent == 0 && exponent.coefficient.magnitude[bitAt: 0]
    let sign: BigInt.Sign = isNegative && isOdd ? .minus : .plus
    if self == .one || self == Self(-1) { return try Self(BigInt(sign: sign, magnitude: 1), exponent: 0) }
    try checkRange(exponent)
    if isExactPower(exponent), let count = exponent.integer.map(Int.init) {
      // A negative count comes here for powers of ten alone, whose coefficient stays 1.
      let magnitude = count < 0 ? 1 : coefficient.magnitude.power(count)
      if magnitude < Self.tooManyDigits {
        return try Self(BigInt(sign: sign, magnitude: magnitude), exponent: self.exponent * count)
      }
      return try Self.rounded(
        magnitude, exponent: self.exponent * count, isNegative: sign == .minus, hasMore: false)
    }
    let power = try Logarithms.power(absolute(), exponent)
    return sign == .minus ? try power.negated() : power
  }

  /// Refuses what is far out of range before anything is computed: 2^1000000.
  private func checkRange(_ exponent: Self) throws(CalculatorError) {
    guard exponent.magnitudeExponent < 18 else { throw Self.outOfRange }
    // log10 of the magnitude lies between these two; near 1 both may be 0.
    let (low, high) = (magnitudeExponent, magnitudeExponent + 1)
    let certain = low > 0 ? low : high < 0 ? -high : 0
    let limit = Self(2 * CalculatorLimits.digits)
    if certain > 0, try exponent.absolute() * Self(certain) > limit { throw Self.outOfRange }
  }
}

/// Powers through logarithm and exponential, as integers scaled by 10^`scale`.
private enum Logarithms {
  /// 34 digits for the result, 18 for the size of the exponent, 4 for that of the result, the rest to spare.
  private static let scale = 80
  private static let one = ExactDecimal.powerOfTen(scale)
  private static let ln10 = logarithm(of: one * 10)

  static func power(_ base: ExactDecimal, _ exponent: ExactDecimal) throws(CalculatorError) -> ExactDecimal {
    let magnitude = base.magnitudeExponent
    let mantissa = shifted(base.coefficient, base.exponent - magnitude + scale)
    let logarithm = self.logarithm(of: mantissa) + BigInt(magnitude) * ln10
    let product = shifted(logarithm * exponent.coefficient, exponent.exponent)
    var (tens, rest) = product.quotientAndRemainder(dividingBy: ln10)
    if rest.sign == .minus, !rest.isZero { (tens, rest) = (tens - 1, rest + ln10) }
    guard let shift = Int(exactly: tens), abs(shift) <= CalculatorLimits.digits + 1 else {
      throw ExactDecimal.outOfRange
    }
    return try ExactDecimal.rounded(
      exponential(of: rest).magnitude, exponent: shift - scale, isNegative: false, hasMore: false)
  }

  private static func shifted(_ value: BigInt, _ exponent: Int) -> BigInt {
    exponent >= 0 ? value * ExactDecimal.powerOfTen(exponent) : value / ExactDecimal.powerOfTen(-exponent)
  }

  /// Of 1 to 10. Four square roots bring the argument near 1, where the series 2·artanh((x−1)/(x+1)) is quick.
  private static func logarithm(of value: BigInt) -> BigInt {
    var value = value
    for _ in 0..<4 { value = BigInt((value.magnitude * one.magnitude).squareRoot()) }
    let ratio = (value - one) * one / (value + one)
    let square = ratio * ratio / one
    var (power, sum, divisor) = (ratio, ratio, 3)
    while !power.isZero {
      power = power * square / one
      sum += power / BigInt(divisor)
      divisor += 2
    }
    return sum * 32
  }

  /// Of 0 to ln 10: the series of a 256th, squared eight times.
  private static func exponential(of value: BigInt) -> BigInt {
    let part = value / 256
    var (term, sum, count) = (one, one, 1)
    while !term.isZero {
      term = term * part / one / BigInt(count)
      sum += term
      count += 1
    }
    for _ in 0..<8 { sum = sum * sum / one }
    return sum
  }
}
