@testable import SCRProtocol
import Testing

struct PatternLimitTests {
  private func texts(_ schema: JSONValue, _ value: JSONValue, steps: Int) throws -> [String] {
    var check = JSONSchemaCheck(try JSONSchema.compile(schema).nodes, patternSteps: steps)
    check.run(0, value)
    return check.violations.map(\.description)
  }

  private let long = JSONValue.string(String(repeating: "a", count: 1_000))

  @Test func `a hostile text against nested repeats is refused`() throws {
    let text = JSONValue.string(String(repeating: "a", count: 40) + "!")
    #expect(try JSONSchema.compile(["pattern": "^(a+)+$"]).validate(text).map(\.schemaPath) == ["#/pattern"])
  }

  @Test func `a text that is too long to check is a violation, whatever the schema does with the verdict`() throws {
    let violation = "the text is too long to check against /^a*$/"
    let pattern: JSONValue = ["pattern": "^a*$"]
    #expect(try texts(pattern, long, steps: 1_000) == ["\(violation) (#/pattern)"])
    #expect(try texts(["not": pattern], long, steps: 1_000) == ["\(violation) (#/not/pattern)"])
    #expect(try texts(["anyOf": [pattern, true]], long, steps: 1_000) == ["\(violation) (#/anyOf/0/pattern)"])
    #expect(
      try texts(["if": pattern, "then": true, "else": true], long, steps: 1_000) == ["\(violation) (#/if/pattern)"])
    #expect(try texts(pattern, long, steps: 10_000) == [])
  }

  @Test func `many short texts share the steps of one check`() throws {
    let names = JSONValue.object(JSONObject((0..<200).map { JSONField(key: "a\($0)", value: 1) }))
    let schema: JSONValue = ["patternProperties": ["^a[0-9]*$": true], "additionalProperties": false]
    #expect(
      try texts(schema, names, steps: 1_000) == [
        "the text is too long to check against /^a[0-9]*$/ (#/patternProperties)"
      ])
    #expect(try texts(schema, names, steps: 10_000) == [])
  }

  @Test func `patterns that are too large together are refused`() {
    let one: JSONValue = ["pattern": "a{9000}"]
    #expect(throws: Never.self) { try JSONSchema.compile(["allOf": .array(Array(repeating: one, count: 20))]) }
    #expect { try JSONSchema.compile(["allOf": .array(Array(repeating: one, count: 30))]) } throws: { error in
      (error as? JSONSchemaError)?.kind == .tooLarge
    }
  }
}
