import BigInt

extension ExactDecimal {
  static func + (left: Self, right: Self) throws(CalculatorError) -> Self {
    let exponent = min(left.exponent, right.exponent)
    if let (sum, overflow) = left.smallScaled(to: exponent).flatMap({ small in
      right.smallScaled(to: exponent).map { small.addingReportingOverflow($0) }
    }), !overflow {
      return try Self(sum, exponent: exponent)
    }
    return try Self(left.scaled(to: exponent) + right.scaled(to: exponent), exponent: exponent)
  }

  static func - (left: Self, right: Self) throws(CalculatorError) -> Self { try left + right.negated() }

  static func * (left: Self, right: Self) throws(CalculatorError) -> Self {
    let exponent = left.exponent + right.exponent
    if case (.small(let first), .small(let second)) = (left.value, right.value) {
      let (product, overflow) = first.multipliedReportingOverflow(by: second)
      if !overflow { return try Self(product, exponent: exponent) }
    }
    return try Self(left.coefficient * right.coefficient, exponent: exponent)
  }

  func negated() throws(CalculatorError) -> Self { try Self(-coefficient, exponent: exponent) }
  func absolute() throws(CalculatorError) -> Self { try Self(BigInt(coefficient.magnitude), exponent: exponent) }

  /// Exact where 34 significant digits suffice, otherwise rounded to them, half to even.
  static func / (left: Self, right: Self) throws(CalculatorError) -> Self {
    if right.isZero { throw CalculatorError(.undefined, "division by zero") }
    // Enough digits that the quotient has more than are kept; what is left over only tells "exactly half" from "more".
    let shift = max(0, CalculatorLimits.precision + 2 + right.digitCount - left.digitCount)
    let (quotient, remainder) = (left.coefficient * powerOfTen(shift)).quotientAndRemainder(
      dividingBy: right.coefficient)
    let isNegative = left.isNegative != right.isNegative
    return try rounded(
      quotient.magnitude, exponent: left.exponent - right.exponent - shift, isNegative: isNegative,
      hasMore: !remainder.isZero)
  }

  /// What is left of `left` after taking `right` a whole number of times; it has the sign of `left`.
  static func % (left: Self, right: Self) throws(CalculatorError) -> Self {
    if right.isZero { throw CalculatorError(.undefined, "modulo by zero") }
    let exponent = min(left.exponent, right.exponent)
    return try Self(left.scaled(to: exponent) % right.scaled(to: exponent), exponent: exponent)
  }

  /// Rounded to 34 significant digits, half to even, where it is not exact with fewer.
  func squareRoot() throws(CalculatorError) -> Self {
    if isNegative { throw CalculatorError(.undefined, "the square root of a negative number") }
    if isZero { return .zero }
    var shift = max(0, 2 * (CalculatorLimits.precision + 2) - digitCount)
    if !(exponent - shift).isMultiple(of: 2) { shift += 1 }
    let scaled = coefficient.magnitude * Self.powerOfTen(shift).magnitude
    let root = scaled.squareRoot()
    return try Self.rounded(
      root, exponent: (exponent - shift) / 2, isNegative: false, hasMore: root * root != scaled)
  }

  /// - Parameter hasMore: whether the true value lies a little above `magnitude`.
  static func rounded(
    _ magnitude: BigUInt, exponent: Int, isNegative: Bool, hasMore: Bool
  ) throws(CalculatorError) -> Self {
    let excess = digitCount(magnitude) - CalculatorLimits.precision
    guard excess > 0 else {
      return try Self(BigInt(sign: isNegative ? .minus : .plus, magnitude: magnitude), exponent: exponent)
    }
    let unit = powerOfTen(excess).magnitude
    var (kept, rest) = magnitude.quotientAndRemainder(dividingBy: unit)
    rest *= 2
    let isOdd = kept[bitAt: 0]
    if rest > unit || (rest == unit && (hasMore || isOdd)) { kept += 1 }
    return try Self(BigInt(sign: isNegative ? .minus : .plus, magnitude: kept), exponent: exponent + excess)
  }

  enum Direction { case down, up, nearest }

  /// To so many digits after the point; `nearest` takes halves away from zero.
  func rounded(_ direction: Direction, digits: Int = 0) throws(CalculatorError) -> Self {
    guard exponent < -digits else { return self }
    let unit = Self.powerOfTen(-digits - exponent).magnitude
    let (whole, rest) = coefficient.magnitude.quotientAndRemainder(dividingBy: unit)
    let goesAway =
      switch direction {
      case .down: isNegative && !rest.isZero
      case .up: !isNegative && !rest.isZero
      case .nearest: rest * 2 >= unit
      }
    let kept = goesAway ? whole + 1 : whole
    return try Self(BigInt(sign: isNegative ? .minus : .plus, magnitude: kept), exponent: -digits)
  }
}
