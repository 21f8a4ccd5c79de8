/// The operations on `a` and `b`.
enum CalculatorOperation: String, Sendable, CaseIterable {
  case add, subtract, multiply, divide, power, sqrt, modulo

  var takesB: Bool { self != .sqrt }

  func apply(_ a: ExactDecimal, _ b: ExactDecimal) throws(CalculatorError) -> ExactDecimal {
    switch self {
    case .add: try a + b
    case .subtract: try a - b
    case .multiply: try a * b
    case .divide: try a / b
    case .power: try a.raised(to: b)
    case .sqrt: try a.squareRoot()
    case .modulo: try a % b
    }
  }
}
