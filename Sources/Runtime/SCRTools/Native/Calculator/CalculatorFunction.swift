/// The functions of an expression.
enum CalculatorFunction: String, Sendable, CaseIterable {
  case sqrt, abs, min, max, round, floor, ceil

  /// - Parameter arguments: at least one.
  func apply(_ arguments: [ExactDecimal]) throws(CalculatorError) -> ExactDecimal {
    let first = arguments[0]
    let most =
      switch self {
      case .min, .max: Int.max
      case .round: 2
      case .sqrt, .abs, .floor, .ceil: 1
      }
    if arguments.count > most {
      throw CalculatorError(.syntax, "\(rawValue) takes \(most == 1 ? "one argument" : "one or two arguments")")
    }
    return switch self {
    case .sqrt: try first.squareRoot()
    case .abs: try first.absolute()
    case .min: arguments.min() ?? first
    case .max: arguments.max() ?? first
    case .round: try first.rounded(.nearest, digits: try Self.places(arguments.dropFirst().first))
    case .floor: try first.rounded(.down)
    case .ceil: try first.rounded(.up)
    }
  }

  private static func places(_ argument: ExactDecimal?) throws(CalculatorError) -> Int {
    guard let argument else { return 0 }
    guard let places = argument.integer, (-CalculatorLimits.digits...CalculatorLimits.digits).contains(Int(places))
    else {
      throw CalculatorError(
        .badArgument,
        "the digits of round are a whole number from -\(CalculatorLimits.digits) to \(CalculatorLimits.digits)")
    }
    return Int(places)
  }
}
