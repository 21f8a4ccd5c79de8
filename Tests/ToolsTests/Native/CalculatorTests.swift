import SCRProtocol
import SCRRuntime
import Testing

@testable import SCRTools

@Suite("The calculator tool", .timeLimit(.minutes(1)))
struct CalculatorTests {
  private func run(_ arguments: JSONObject) -> ToolResult { Calculator().run(arguments) }

  @Test(
    "operations on a and b",
    arguments: [
      ("add", "0.1", "0.2", "0.3"), ("subtract", "1", "2", "-1"), ("multiply", "1.5", "4", "6"),
      ("divide", "1", "4", "0.25"), ("power", "2", "10", "1024"), ("modulo", "-7", "3", "-1"),
    ])
  func operations(operation: String, a: String, b: String, expected: String) {
    let result = JSONValue(parsing: expected)
    let whole = ToolResult(text: expected, structuredContent: ["result": result])
    #expect(run(["operation": .string(operation), "a": JSONValue(parsing: a), "b": JSONValue(parsing: b)]) == whole)
    #expect(run(["operation": .string(operation), "a": .string(" \(a) "), "b": .string("+\(b)")]) == whole)
  }

  @Test("sqrt takes a alone")
  func squareRoot() {
    #expect(run(["operation": "sqrt", "a": 16]) == ToolResult(text: "4", structuredContent: ["result": 4]))
    #expect(
      run(["operation": "sqrt", "a": 16, "b": 1])
        == ToolResult(text: "sqrt takes \"a\" alone; leave \"b\" out", isError: true))
  }

  @Test("digits beyond a double survive in and out")
  func digits() {
    let long = "123456789012345678901234567890.5"
    #expect(
      run(["operation": "add", "a": JSONValue(parsing: long), "b": "0.25"])
        == ToolResult(
          text: "123456789012345678901234567890.75",
          structuredContent: ["result": .number(JSONNumber(validated: "123456789012345678901234567890.75"))]))
  }

  @Test("an expression is answered with itself")
  func expression() {
    #expect(
      run(["expression": "(1 + 2) * 3"])
        == ToolResult(text: "9", structuredContent: ["result": 9, "expression": "(1 + 2) * 3"]))
  }

  @Test(
    "wrong arguments are a result with isError that names them",
    arguments: [
      ([:], "give \"expression\", or \"operation\" with \"a\" and \"b\""),
      (
        ["expression": "1", "a": 1], "give either \"expression\" or \"operation\" with \"a\" and \"b\", not both"
      ),
      (["operation": "add", "a": 1], "\"b\" is missing; add needs it"),
      (["operation": "add", "b": 1], "\"a\" is missing; add needs it"),
      (["operation": "add", "a": true, "b": 1], "\"a\" must be a number or a numeric string, not boolean"),
      (["operation": "add", "a": "x", "b": 1], "\"a\": \"x\" is no number"),
      (["operation": "add", "a": "1 2", "b": 1], "\"a\": \"1 2\" is no number"),
      (["operation": "add", "a": "", "b": 1], "\"a\": \"\" is no number"),
      (
        ["operation": "root", "a": 1],
        "arguments.operation: expected one of add, subtract, multiply, divide, power, sqrt, modulo"
      ),
      (["expression": 5], "arguments.expression: expected a string, found integer"),
      (
        ["expresion": "1"],
        "arguments.expresion: unknown member \"expresion\" (known are expression, operation, a, b)"
      ),
      (["operation": "divide", "a": 1, "b": 0], "division by zero"),
      (["operation": "sqrt", "a": -1], "the square root of a negative number"),
      (["operation": "power", "a": 2, "b": 1_000_000], "the result is beyond 10^1000 or below 10^-1000"),
      (["expression": "1 +"], "at position 4: expected a number, found the end"),
    ] as [(JSONObject, String)])
  func faults(arguments: JSONObject, message: String) {
    #expect(run(arguments) == ToolResult(text: message, isError: true))
  }

  @Test("it says what it takes, what it gives, and that it changes nothing")
  func descriptor() {
    let descriptor = Calculator().descriptor
    #expect(descriptor.name == ToolName(tool: "calculator"))
    #expect(descriptor.effect == .readOnly)
    #expect(descriptor.annotations?["readOnlyHint"] == true)
    #expect(descriptor.inputSchema["properties"]?.objectValue?.keys.sorted() == ["a", "b", "expression", "operation"])
    #expect(descriptor.inputSchema["additionalProperties"] == false)
    #expect(descriptor.outputSchema?["required"] == ["result"])
    let described = descriptor.inputSchema["properties"]?.objectValue?.allSatisfy { $0.value["description"] != nil }
    #expect(described == true)
  }

  @Test("no expression within the bounds takes long")
  func cost() {
    let nines = String(repeating: "9", count: 300)
    let hard = [
      String(repeating: "2^.3+", count: 31) + "2^.3", String(repeating: "9^999*0+", count: 124) + "1",
      "sqrt(\(nines)) / \(nines)^-2 + \(nines)", String(repeating: "(9^1040%7)^9+", count: 76) + "1",
      "\(nines)^0.3 * 1.\(nines)^(1/\(nines))",
    ]
    let clock = ContinuousClock()
    for expression in hard {
      // Milliseconds in a release build; the bound leaves room for an unoptimised one on a busy machine.
      let time = clock.measure { #expect(!run(["expression": .string(expression)]).isError) }
      #expect(time < .seconds(2), "\(expression.prefix(20))… took \(time)")
    }
  }
}

extension JSONValue {
  fileprivate init(parsing text: String) { self = (try? JSONParser.parse(text)) ?? .null }
}
