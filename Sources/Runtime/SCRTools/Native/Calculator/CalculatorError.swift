/// Why a calculation has no result.
struct CalculatorError: Error, Sendable, Hashable {
  /// What kind of fault it is. Open: new codes may come.
  struct Code: RawRepresentable, Sendable, Hashable {
    let rawValue: String

    static let syntax = Code(rawValue: "syntax")
    /// Division by zero, the root of a negative number: there is no such number.
    static let undefined = Code(rawValue: "undefined")
    /// Beyond ``CalculatorLimits``.
    static let tooLarge = Code(rawValue: "too_large")
    static let badArgument = Code(rawValue: "bad_argument")
  }

  var code: Code
  var message: String
  /// The character of the expression where it was noticed, 1-based.
  var position: Int?

  init(_ code: Code, _ message: String, position: Int? = nil) {
    self.code = code
    self.message = message
    self.position = position
  }

  func at(_ position: Int) -> CalculatorError {
    var error = self
    error.position = self.position ?? position
    return error
  }

  var text: String { position.map { "at position \($0): \(message)" } ?? message }
}

/// Bounds that keep every calculation within milliseconds.
enum CalculatorLimits {
  /// Characters of an expression, and of one number.
  static let length = 1000
  /// Parentheses, functions and signs within each other.
  static let depth = 64
  /// Digits of an exact number, and the largest power of ten in either direction.
  static let digits = 1000
  /// Significant digits of what has no exact decimal: quotients, roots, broken powers.
  static let precision = 34
  /// Powers in one expression whose result is rounded; each takes some hundred microseconds.
  static let roundedPowers = 32
}
