import SCRProtocol
import Testing

@testable import SCRRuntime

struct ExpectationCheckTests {
  private static let scope = TemplateScope(
    inputs: ["least": 3],
    steps: [
      "write": ["text": "Entries: 3", "isError": false, "structuredContent": ["result": 3, "names": ["a", "b"]]],
      "bad": ["text": "no", "isError": true],
    ])

  private func verdict(_ expectation: SCRRuntime.Expectation) -> ExpectationCheck.Verdict? {
    ExpectationCheck.verdicts(of: [expectation], in: Self.scope).first
  }

  private func expect(
    _ value: JSONValue, _ comparison: SCRRuntime.Expectation.Comparison, passed: Bool, _ message: String,
    at place: Testing.SourceLocation = #_sourceLocation
  ) {
    let found = verdict(.value(value, comparison))
    #expect(found == .init(index: 0, passed: passed, message: message), sourceLocation: place)
  }

  @Test func `a step is judged by whether its tool reported an error`() {
    let verdicts = ExpectationCheck.verdicts(
      of: [.step("write", notError: true), .step("bad", notError: true), .step("gone", notError: true)], in: Self.scope)
    #expect(verdicts.map(\.passed) == [true, false, false])
    #expect(
      verdicts.map(\.message) == [
        "the step write reported no error", "the step bad reported an error", "the step gone has no value",
      ])
  }

  @Test func `numbers are compared as numbers`() {
    let result: JSONValue = "${steps.write.structuredContent.result}"
    let found = "found 3 for ${steps.write.structuredContent.result}"
    expect(result, .atLeast(3), passed: true, "expected at least 3, \(found)")
    expect(result, .atLeast(4), passed: false, "expected at least 4, \(found)")
    expect(result, .atMost(2.5), passed: false, "expected at most 2.5, \(found)")
    expect(result, .equals(3.0), passed: true, "expected 3, \(found)")
    expect("3", .atLeast(1), passed: false, #"expected at least 1, found "3""#)
    expect("3", .equals(3), passed: false, #"expected 3, found "3""#)
  }

  @Test func `what is compared with may hold expressions`() {
    expect(3, .equals("${inputs.least}"), passed: true, "expected 3, found 3")
    let text = #"expected something that contains "ries: 3", found "Entries: 3" for ${steps.write.text}"#
    expect("${steps.write.text}", .contains("ries: ${inputs.least}"), passed: true, text)
  }

  @Test func `texts contain parts, arrays elements and objects members`() {
    expect("ab", .contains("c"), passed: false, #"expected something that contains "c", found "ab""#)
    expect(["a", 1], .contains(1.0), passed: true, #"expected something that contains 1, found ["a",1]"#)
    let members = #"expected something that contains {"b":2}, found "#
    expect(["a": 1, "b": 2], .contains(["b": 2]), passed: true, members + #"{"a":1,"b":2}"#)
    expect(["a": 1], .contains(["b": 2]), passed: false, members + #"{"a":1}"#)
  }

  @Test func `texts match patterns and values schemas`() {
    expect("abc", .matches("b"), passed: true, #"expected text that matches /b/, found "abc""#)
    expect("abc", .matches("^b"), passed: false, #"expected text that matches /^b/, found "abc""#)
    expect(1, .matches("1"), passed: false, "expected text that matches /1/, found 1")
    let schema: JSONValue = ["items": ["type": "integer"]]
    expect([1], .schema(schema), passed: true, "expected a value as the schema has it, found [1]")
    let violation = "[1]: expected integer, found string (#/items/type)"
    let message = #"expected a value as the schema has it — \#(violation), found [1,"x"]"#
    expect([1, "x"], .schema(schema), passed: false, message)
  }

  @Test func `a value that cannot be had is a failed expectation`() {
    let found = verdict(.value("${steps.gone.text}", .equals(1)))
    #expect(found?.passed == false)
    #expect(found?.message.hasPrefix("${steps.gone.text} leads nowhere") == true)
  }

  @Test func `long values are cut`() throws {
    let found = try #require(verdict(.value(.string(String(repeating: "x", count: 5000)), .equals(1))))
    #expect(found.message.count < 300)
  }

  @Test func `verdicts keep the order of the expectations`() {
    let verdicts = ExpectationCheck.verdicts(of: [.value(1, .equals(2)), .value(2, .equals(2))], in: Self.scope)
    #expect(verdicts.map(\.index) == [0, 1])
    #expect(verdicts.map(\.passed) == [false, true])
  }
}
