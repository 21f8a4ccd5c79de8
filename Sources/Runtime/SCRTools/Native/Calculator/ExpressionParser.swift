/// Evaluates `1 + 2 * (3 - sqrt(4))^2` while reading it. `^` binds tightest and to the right, then the sign, then
/// `*`, `/` and `%`, then `+` and `-`.
struct ExpressionParser {
  private let text: [UInt8]
  private var position = 0
  private var depth = 0
  private var roundedPowers = 0

  /// - Throws: ``CalculatorError`` with the position.
  static func evaluate(_ text: String) throws(CalculatorError) -> ExactDecimal {
    guard text.utf8.count <= CalculatorLimits.length else {
      throw CalculatorError(.tooLarge, "the expression has more than \(CalculatorLimits.length) characters")
    }
    var parser = ExpressionParser(text: Array(text.utf8))
    let value = try parser.sum()
    if parser.next() != nil { throw parser.unexpected("an operator or the end") }
    return value
  }

  private init(text: [UInt8]) { self.text = text }

  /// The next byte that is no space; nil at the end.
  private mutating func next() -> UInt8? {
    while position < text.count, text[position] == UInt8(ascii: " ") || 0x09...0x0D ~= text[position] { position += 1 }
    return position < text.count ? text[position] : nil
  }

  private mutating func take(_ choice: Unicode.Scalar) -> Bool {
    guard next() == UInt8(ascii: choice) else { return false }
    position += 1
    return true
  }

  /// The 1-based place of a byte, counted in characters.
  private func place(of position: Int) -> Int { String(decoding: text[..<position], as: UTF8.self).count + 1 }

  private mutating func unexpected(_ expected: String) -> CalculatorError {
    let rest = next() == nil ? "" : String(decoding: text[position...], as: UTF8.self)
    let found = rest.first.map { "\"\($0)\"" } ?? "the end"
    return CalculatorError(.syntax, "expected \(expected), found \(found)", position: place(of: position))
  }

  private mutating func sum() throws(CalculatorError) -> ExactDecimal {
    var value = try product()
    while true {
      let isSum = take("+")
      guard isSum || take("-") else { return value }
      let operatorPlace = position - 1
      let right = try product()
      value = try located(operatorPlace) { () throws(CalculatorError) in try isSum ? value + right : value - right }
    }
  }

  private mutating func product() throws(CalculatorError) -> ExactDecimal {
    var value = try signed()
    while let sign = next(), sign == UInt8(ascii: "*") || sign == UInt8(ascii: "/") || sign == UInt8(ascii: "%") {
      let operatorPlace = position
      position += 1
      let right = try signed()
      value = try located(operatorPlace) { () throws(CalculatorError) in
        switch sign {
        case UInt8(ascii: "*"): try value * right
        case UInt8(ascii: "/"): try value / right
        default: try value % right
        }
      }
    }
    return value
  }

  private mutating func signed() throws(CalculatorError) -> ExactDecimal {
    let isNegative = take("-")
    guard isNegative || take("+") else { return try power() }
    let value = try nested { (parser) throws(CalculatorError) in try parser.signed() }
    return isNegative ? try value.negated() : value
  }

  private mutating func power() throws(CalculatorError) -> ExactDecimal {
    let base = try operand()
    guard take("^") else { return base }
    let operatorPlace = position - 1
    let exponent = try nested { (parser) throws(CalculatorError) in try parser.signed() }
    if !base.isExactPower(exponent) {
      roundedPowers += 1
      if roundedPowers > CalculatorLimits.roundedPowers {
        throw CalculatorError(
          .tooLarge, "more than \(CalculatorLimits.roundedPowers) powers that must be rounded",
          position: place(of: operatorPlace))
      }
    }
    return try located(operatorPlace) { () throws(CalculatorError) in try base.raised(to: exponent) }
  }

  private mutating func operand() throws(CalculatorError) -> ExactDecimal {
    guard let byte = next() else { throw unexpected("a number") }
    if byte.isDigit || byte == UInt8(ascii: ".") { return try number() }
    if byte.isLetter { return try function() }
    guard take("(") else { throw unexpected("a number, a function or \"(\"") }
    let value = try nested { (parser) throws(CalculatorError) in try parser.sum() }
    guard take(")") else { throw unexpected("\")\"") }
    return value
  }

  private mutating func number() throws(CalculatorError) -> ExactDecimal {
    let start = position
    skipDigits()
    if position < text.count, text[position] == UInt8(ascii: ".") {
      position += 1
      skipDigits()
    }
    if position < text.count, text[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      if position < text.count, text[position] == UInt8(ascii: "+") || text[position] == UInt8(ascii: "-") {
        position += 1
      }
      skipDigits()
    }
    let number = String(decoding: text[start..<position], as: UTF8.self)
    return try located(start) { () throws(CalculatorError) in try ExactDecimal(text: number) }
  }

  private mutating func skipDigits() {
    while position < text.count, text[position].isDigit { position += 1 }
  }

  private mutating func function() throws(CalculatorError) -> ExactDecimal {
    let start = position
    while position < text.count, text[position].isLetter { position += 1 }
    let name = String(decoding: text[start..<position], as: UTF8.self)
    guard let function = CalculatorFunction(rawValue: name) else {
      let known = CalculatorFunction.allCases.map(\.rawValue).joined(separator: ", ")
      throw CalculatorError(
        .syntax, "unknown function \"\(name)\"; known are \(known)", position: place(of: start))
    }
    guard take("(") else { throw unexpected("\"(\" after \(name)") }
    var arguments: [ExactDecimal] = []
    repeat {
      arguments.append(try nested { (parser) throws(CalculatorError) in try parser.sum() })
    } while take(",")
    guard take(")") else { throw unexpected("\",\" or \")\"") }
    return try located(start) { [arguments] () throws(CalculatorError) in try function.apply(arguments) }
  }

  private mutating func nested(
    _ body: (inout ExpressionParser) throws(CalculatorError) -> ExactDecimal
  ) throws(CalculatorError) -> ExactDecimal {
    depth += 1
    defer { depth -= 1 }
    if depth > CalculatorLimits.depth {
      throw CalculatorError(
        .tooLarge, "the expression is nested deeper than \(CalculatorLimits.depth) levels",
        position: place(of: position))
    }
    return try body(&self)
  }

  /// Adds the place of the operator or operand at `position` to errors of `body`.
  private func located(
    _ position: Int, _ body: () throws(CalculatorError) -> ExactDecimal
  ) throws(CalculatorError) -> ExactDecimal {
    do throws(CalculatorError) { return try body() } catch { throw error.at(place(of: position)) }
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }
  fileprivate var isLetter: Bool { (self | 0x20) &- UInt8(ascii: "a") < 26 }
}
