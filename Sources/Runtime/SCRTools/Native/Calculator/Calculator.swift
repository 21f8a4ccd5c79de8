package import SCRProtocol
package import SCRRuntime

/// The native tool `calculator`: exact decimals, by operation or by expression. Every input ends within milliseconds.
package struct Calculator: InlineTool {
  private struct Arguments: Sendable {
    var expression: String?
    var operation: String?
    var a: JSONValue?
    var b: JSONValue?
  }

  package init() {}

  private static let number: JSONObject = ["type": ["number", "string"]]

  private static let shape = Shape(
    "CalculatorArguments", { Arguments() },
    .optional(
      "expression", \.expression, .string,
      """
      For example "0.1 + 2 * (3 - sqrt(4))^2". Operators + - * / % ^, parentheses, and the functions sqrt, abs, min, max, \
      round(x, digits), floor, ceil. % has the sign of its left side. Give this, or operation with a and b.
      """),
    .optional(
      "operation", \.operation, .oneOf(CalculatorOperation.allCases.map(\.rawValue)), "What to do with a and b."),
    .optional("a", \.a, .any(number), "The first number, as a number or as text with its exact digits."),
    .optional("b", \.b, .any(number), "The second number; sqrt takes none."))

  package let descriptor = ToolDescriptor(
    name: ToolName(tool: "calculator"), title: "Calculator",
    description: """
      Calculates exactly with decimal numbers: 0.1 + 0.2 is 0.3. Quotients, roots and broken powers are rounded to \
      \(CalculatorLimits.precision) significant digits, half to even.
      """,
    inputSchema: shape.schema,
    outputSchema: [
      "type": "object",
      "properties": [
        "result": ["type": "number", "description": "With its exact digits; an integer where it is one."],
        "expression": ["type": "string", "description": "The expression that was given."],
      ],
      "required": ["result"],
    ],
    annotations: [
      "title": "Calculator", "readOnlyHint": true, "idempotentHint": true, "destructiveHint": false,
      "openWorldHint": false,
    ],
    effect: .readOnly)

  package func run(_ arguments: JSONObject) -> ToolResult {
    do throws(CalculatorError) {
      let arguments = try Self.decode(arguments)
      let result = try Self.evaluate(arguments)
      var structure: JSONObject = ["result": result.json]
      structure["expression"] = arguments.expression.map { .string($0) }
      return ToolResult(text: result.description, structuredContent: .object(structure))
    } catch { return ToolResult(text: error.text, isError: true) }
  }

  private static func decode(_ arguments: JSONObject) throws(CalculatorError) -> Arguments {
    // The registry has checked them already; the shape is asked for its words where it has not.
    if arguments.count == 1, let expression = arguments["expression"]?.stringValue {
      return Arguments(expression: expression)
    }
    do throws(ShapeError) { return try shape.decode(.object(arguments), path: "arguments") } catch {
      throw CalculatorError(
        .badArgument, "\(error.path): \(error.message)" + (error.hint.map { " (\($0))" } ?? ""))
    }
  }

  private static func evaluate(_ arguments: Arguments) throws(CalculatorError) -> ExactDecimal {
    if let expression = arguments.expression {
      if arguments.operation != nil || arguments.a != nil || arguments.b != nil {
        throw CalculatorError(
          .badArgument, "give either \"expression\" or \"operation\" with \"a\" and \"b\", not both")
      }
      return try ExpressionParser.evaluate(expression)
    }
    guard let operation = arguments.operation.flatMap(CalculatorOperation.init) else {
      throw CalculatorError(.badArgument, "give \"expression\", or \"operation\" with \"a\" and \"b\"")
    }
    if !operation.takesB, arguments.b != nil {
      throw CalculatorError(.badArgument, "\(operation.rawValue) takes \"a\" alone; leave \"b\" out")
    }
    let a = try number(arguments.a, "a", operation)
    let b = operation.takesB ? try number(arguments.b, "b", operation) : .zero
    return try operation.apply(a, b)
  }

  private static func number(
    _ value: JSONValue?, _ name: String, _ operation: CalculatorOperation
  ) throws(CalculatorError) -> ExactDecimal {
    let text: String
    switch value {
    case .integer(let value): text = String(value)
    case .number(let value): text = value.text
    case .string(let value): text = String(value.trimmingWhitespace())
    case nil:
      throw CalculatorError(.badArgument, "\"\(name)\" is missing; \(operation.rawValue) needs it")
    case let other?:
      throw CalculatorError(.badArgument, "\"\(name)\" must be a number or a numeric string, not \(other.typeName)")
    }
    do throws(CalculatorError) { return try ExactDecimal(text: text) } catch {
      throw CalculatorError(error.code, "\"\(name)\": \(error.message)")
    }
  }
}

extension StringProtocol {
  fileprivate func trimmingWhitespace() -> SubSequence {
    guard let start = firstIndex(where: { !$0.isWhitespace }), let end = lastIndex(where: { !$0.isWhitespace }) else {
      return self[endIndex...]
    }
    return self[start...end]
  }
}
