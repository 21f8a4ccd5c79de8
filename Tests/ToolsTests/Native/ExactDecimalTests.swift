import SCRProtocol
import Testing

@testable import SCRTools

@Suite("Expressions", .timeLimit(.minutes(1)))
struct ExactDecimalTests {
  @Test(
    "an expression has its exact value, or 34 significant digits of it",
    arguments: [
      ("0.1+0.2", "0.3"), ("1.10 - 1.1", "0"), ("-0", "0"), ("3*-2", "-6"), ("2+3*4", "14"), ("(2+3)*4", "20"),
      ("10-4-3", "3"), ("100/10/5", "2"), ("2^3^2", "512"), ("-2^2", "-4"), ("(-2)^3", "-8"), ("2^-2", "0.25"),
      ("--3", "3"), ("-+3", "-3"), (".5 + 5.", "5.5"), ("1e3 + 1E-2", "1000.01"), ("0^0", "1"),
      ("7 % 3", "1"), ("-7 % 3", "-1"), ("7 % -3", "1"), ("5.5 % 1.5", "1"), ("0.3 % 0.1", "0"),
      ("1/3", "0.3333333333333333333333333333333333"), ("2/3", "0.6666666666666666666666666666666667"),
      ("-2/3", "-0.6666666666666666666666666666666667"), ("1/8", "0.125"),
      ("1/7*7", "1.0000000000000000000000000000000003"),
      ("sqrt(2)", "1.414213562373095048801688724209698"), ("sqrt(144)", "12"), ("sqrt(0.0625)", "0.25"),
      ("sqrt(0.0002)", "0.01414213562373095048801688724209698"), ("sqrt(0)", "0"), ("sqrt(1e600)", "1e+300"),
      ("4^0.5", "2"), ("27^(1/3)", "3"), ("10^0.5", "3.162277660168379331998893544432719"),
      ("7^-3", "0.002915451895043731778425655976676385"), ("1.000137^365", "1.051272752098098553747738605786218"),
      ("1.0000001^1000000", "1.105170912549793416638382709346716"),
      ("123456.789^-1.25", "0.0000004321219015548448652928853885813098"), ("(-1)^1000001", "-1"),
      ("(-1.5)^-3", "-0.2962962962962962962962962962962963"),
      ("10^-20", "1e-20"), ("10^20", "100000000000000000000"), ("15*10^49", "1.5e+50"),
      ("2^100", "1267650600228229401496703205376"),
      ("1234567890123456789012345678901234567890 + 1", "1234567890123456789012345678901234567891"),
      ("0.1^1000", "1e-1000"),
      ("abs(-3.5)", "3.5"), ("min(3, -1, 2)", "-1"), ("max(3, -1, 20)", "20"), ("floor(-2.5)", "-3"),
      ("floor(2.9)", "2"), ("ceil(-2.5)", "-2"), ("ceil(2.1)", "3"), ("round(2.5)", "3"), ("round(-2.5)", "-3"),
      ("round(2.4999)", "2"), ("round(2.345, 2)", "2.35"), ("round(1250, -2)", "1300"), ("round(7, 3)", "7"),
      ("max(1, 2) * sqrt( abs( -16 ) ) ^ 2", "32"),
    ])
  func values(expression: String, expected: String) throws {
    #expect(try ExpressionParser.evaluate(expression).description == expected)
  }

  @Test("quotients that lie halfway go to the even digit")
  func halfEven() throws {
    let ones = String(repeating: "1", count: 33)
    #expect(try ExpressionParser.evaluate("(\(ones)1 * 2 + 1) / 2").description == "\(ones)2")
    #expect(try ExpressionParser.evaluate("(\(ones)2 * 2 + 1) / 2").description == "\(ones)2")
    #expect(try ExpressionParser.evaluate("(\(ones)2 * 20 + 11) / 20").description == "\(ones)3")
  }

  @Test(
    "what is wrong is told with its position",
    arguments: [
      ("", "at position 1: expected a number, found the end"),
      ("1 +", "at position 4: expected a number, found the end"),
      ("1 2", "at position 3: expected an operator or the end, found \"2\""),
      ("(1 + 2", "at position 7: expected \")\", found the end"),
      ("1 + )", "at position 5: expected a number, a function or \"(\", found \")\""),
      ("2 ** 3", "at position 4: expected a number, a function or \"(\", found \"*\""),
      ("1..2", "at position 3: expected an operator or the end, found \".\""),
      (".", "at position 1: \".\" is no number"),
      ("1e", "at position 1: the exponent of \"1e\" is missing or too large"),
      ("1e99999999999", "at position 1: the exponent of \"1e99999999999\" is missing or too large"),
      ("sin(1)", "at position 1: unknown function \"sin\"; known are sqrt, abs, min, max, round, floor, ceil"),
      ("sqrt 4", "at position 6: expected \"(\" after sqrt, found \"4\""),
      ("sqrt(1, 2)", "at position 1: sqrt takes one argument"),
      ("round(1, 2, 3)", "at position 1: round takes one or two arguments"),
      ("round(1, 0.5)", "at position 1: the digits of round are a whole number from -1000 to 1000"),
      ("1 + 5 / 0", "at position 7: division by zero"), ("5 % 0", "at position 3: modulo by zero"),
      ("1 + sqrt(-4)", "at position 5: the square root of a negative number"),
      ("0^-1", "at position 2: zero to a negative power is a division by zero"),
      ("(-8)^(1/3)", "at position 5: a negative number to a broken power"),
    ])
  func faults(expression: String, message: String) {
    let error = #expect(throws: CalculatorError.self) { try ExpressionParser.evaluate(expression) }
    #expect(error?.text == message)
  }

  @Test(
    "what would cost too much is refused before it is computed",
    arguments: [
      ("2^1000000", "at position 2: the result is beyond 10^1000 or below 10^-1000"),
      ("2^-1000000", "at position 2: the result is beyond 10^1000 or below 10^-1000"),
      ("0.5^99999999999999999", "at position 4: the result is beyond 10^1000 or below 10^-1000"),
      ("9^9^9^9", "at position 4: the result is beyond 10^1000 or below 10^-1000"),
      ("1e2000", "at position 1: the result is beyond 10^1000 or below 10^-1000"),
      ("1e900 * 1e900", "at position 7: the result is beyond 10^1000 or below 10^-1000"),
      ("1e1000 + 1e-1000", "at position 8: the exact result has more than 1000 digits"),
    ])
  func bounds(expression: String, message: String) {
    let error = #expect(throws: CalculatorError.self) { try ExpressionParser.evaluate(expression) }
    #expect(error?.text == message)
    #expect(error?.code == .tooLarge)
  }

  @Test("length, depth and the number of rounded powers are bounded")
  func structuralBounds() {
    let deep = String(repeating: "(", count: 65) + "1" + String(repeating: ")", count: 65)
    let cases = [
      (String(repeating: "1", count: 1001), "the expression has more than 1000 characters"),
      (deep, "at position 66: the expression is nested deeper than 64 levels"),
      (
        String(repeating: "-", count: 65) + "1", "at position 66: the expression is nested deeper than 64 levels"
      ),
      (
        String(repeating: "2^.3+", count: 32) + "2^.3", "at position 162: more than 32 powers that must be rounded"
      ),
    ]
    for (expression, message) in cases {
      let error = #expect(throws: CalculatorError.self) { try ExpressionParser.evaluate(expression) }
      #expect(error?.text == message)
    }
  }

  @Test("a power has all its digits up to a thousand, and 34 beyond")
  func largePowers() throws {
    let exact = try ExpressionParser.evaluate("2^3300").description
    #expect(exact.count == 994)
    #expect(exact.hasSuffix("376"))
    #expect(try ExpressionParser.evaluate("3^2095 / 3^2094").description == "3")
    #expect(try ExpressionParser.evaluate("1.01^600 - 1.01^600").description == "0")
    #expect(try ExpressionParser.evaluate("1.01^600").description == "391.5833969993197742576689218780699")
  }

  @Test("equal numbers are equal values however they are written")
  func equality() throws {
    #expect(try ExactDecimal(text: "1.50") == ExactDecimal(text: "15e-1"))
    #expect(try ExactDecimal(text: "1000") == ExactDecimal(text: "1e3"))
    #expect(try ExactDecimal(text: "-0.0") == .zero)
    #expect(try ExactDecimal(text: "-2") < ExactDecimal(text: "1e-3"))
  }

  @Test("results are JSON integers where they fit, otherwise numbers with their digits")
  func json() throws {
    #expect(try ExactDecimal(text: "9223372036854775807").json == .integer(.max))
    #expect(try ExactDecimal(text: "-9223372036854775808").json == .integer(.min))
    #expect(
      try ExactDecimal(text: "9223372036854775808").json == .number(JSONNumber(validated: "9223372036854775808")))
    #expect(try ExactDecimal(text: "2.0").json == 2)
    #expect(try ExactDecimal(text: "1e3").json == 1000)
    for text in ["0.3", "-1.5e+50", "1e-20", "1.0000000000000000000000000000000003"] {
      let value = try ExactDecimal(text: text)
      #expect(value.description == text)
      #expect(try JSONParser.parse(value.json.jsonText) == value.json)
    }
  }
}
