/// Evaluates `1 + 2 * (3 - sqrt(4))^2` while reading it. `^` binds tightest and to the right, then the sign, then
/// `*`, `/` and `%`, then `+` and `-`.
struct ExpressionParser {
  private let characters: [Character]
  private var position = 0
  private var depth = 0
  private var roundedPowers = 0

  /// - Throws: ``CalculatorError`` with the position.
  static func evaluate(_ text: String) throws(CalculatorError) -> ExactDecimal {
    guard text.utf8.count <= CalculatorLimits.length else {
      throw CalculatorError(.tooLarge, "the expression has more than \(CalculatorLimits.length) characters")
    }
    var parser = ExpressionParser(characters: Array(text))
    let value = try parser.sum()
    if parser.next != nil { throw parser.unexpected("an operator or the end") }
    return value
  }

  private init(characters: [Character]) { self.characters = characters }

  /// The next character that is no space; nil at the end.
  private var next: Character? {
    mutating get {
      while position < characters.count, characters[position].isWhitespace { position += 1 }
      return position < characters.count ? characters[position] : nil
    }
  }

  private mutating func take(_ choices: Character...) -> Character? {
    guard let character = next, choices.contains(character) else { return nil }
    position += 1
    return character
  }

  private mutating func unexpected(_ expected: String) -> CalculatorError {
    let found = next.map { "\"\($0)\"" } ?? "the end"
    return CalculatorError(.syntax, "expected \(expected), found \(found)", position: position + 1)
  }

  private mutating func sum() throws(CalculatorError) -> ExactDecimal {
    var value = try product()
    while let sign = take("+", "-") {
      let place = position
      let right = try product()
      value = try located(place) { () throws(CalculatorError) in sign == "+" ? try value + right : try value - right }
    }
    return value
  }

  private mutating func product() throws(CalculatorError) -> ExactDecimal {
    var value = try signed()
    while let sign = take("*", "/", "%") {
      let place = position
      let right = try signed()
      value = try located(place) { () throws(CalculatorError) in
        switch sign {
        case "*": try value * right
        case "/": try value / right
        default: try value % right
        }
      }
    }
    return value
  }

  private mutating func signed() throws(CalculatorError) -> ExactDecimal {
    guard let sign = take("-", "+") else { return try power() }
    let value = try nested { (parser) throws(CalculatorError) in try parser.signed() }
    return sign == "-" ? try value.negated() : value
  }

  private mutating func power() throws(CalculatorError) -> ExactDecimal {
    let base = try operand()
    guard take("^") != nil else { return base }
    let place = position
    let exponent = try nested { (parser) throws(CalculatorError) in try parser.signed() }
    if !base.isExactPower(exponent) {
      roundedPowers += 1
      if roundedPowers > CalculatorLimits.roundedPowers {
        throw CalculatorError(
          .tooLarge, "more than \(CalculatorLimits.roundedPowers) powers that must be rounded", position: place)
      }
    }
    return try located(place) { () throws(CalculatorError) in try base.raised(to: exponent) }
  }

  private mutating func operand() throws(CalculatorError) -> ExactDecimal {
    guard let character = next else { throw unexpected("a number") }
    if character.isASCII, character.isNumber || character == "." { return try number() }
    if character.isASCII, character.isLetter { return try function() }
    guard take("(") != nil else { throw unexpected("a number, a function or \"(\"") }
    let value = try nested { (parser) throws(CalculatorError) in try parser.sum() }
    guard take(")") != nil else { throw unexpected("\")\"") }
    return value
  }

  private mutating func number() throws(CalculatorError) -> ExactDecimal {
    let start = position
    skipDigits()
    if position < characters.count, characters[position] == "." {
      position += 1
      skipDigits()
    }
    if position < characters.count, "eE".contains(characters[position]) {
      position += 1
      if position < characters.count, "+-".contains(characters[position]) { position += 1 }
      skipDigits()
    }
    let text = String(characters[start..<position])
    return try located(start + 1) { () throws(CalculatorError) in try ExactDecimal(text: text) }
  }

  private mutating func skipDigits() {
    while position < characters.count, characters[position].isASCII, characters[position].isNumber { position += 1 }
  }

  private mutating func function() throws(CalculatorError) -> ExactDecimal {
    let start = position
    while position < characters.count, characters[position].isASCII, characters[position].isLetter { position += 1 }
    let name = String(characters[start..<position])
    guard let function = CalculatorFunction(rawValue: name) else {
      let known = CalculatorFunction.allCases.map(\.rawValue).joined(separator: ", ")
      throw CalculatorError(
        .syntax, "unknown function \"\(name)\"; known are \(known)", position: start + 1)
    }
    guard take("(") != nil else { throw unexpected("\"(\" after \(name)") }
    var arguments: [ExactDecimal] = []
    repeat {
      arguments.append(try nested { (parser) throws(CalculatorError) in try parser.sum() })
    } while take(",") != nil
    guard take(")") != nil else { throw unexpected("\",\" or \")\"") }
    return try located(start + 1) { [arguments] () throws(CalculatorError) in try function.apply(arguments) }
  }

  private mutating func nested(
    _ body: (inout ExpressionParser) throws(CalculatorError) -> ExactDecimal
  ) throws(CalculatorError) -> ExactDecimal {
    depth += 1
    defer { depth -= 1 }
    if depth > CalculatorLimits.depth {
      throw CalculatorError(
        .tooLarge, "the expression is nested deeper than \(CalculatorLimits.depth) levels", position: position + 1)
    }
    return try body(&self)
  }

  private func located(
    _ place: Int, _ body: () throws(CalculatorError) -> ExactDecimal
  ) throws(CalculatorError) -> ExactDecimal {
    do throws(CalculatorError) { return try body() } catch { throw error.at(place) }
  }
}
