import SCRProtocol
import Testing

struct JSONSchemaTests {
  private static let calculator: JSONValue = [
    "type": "object",
    "properties": [
      "operation": ["type": "string", "enum": ["add", "subtract"]],
      "a": ["type": "number"],
      "b": ["type": "number", "maximum": 100],
    ],
    "required": ["operation"],
    "additionalProperties": false,
  ]

  private func texts(_ schema: JSONValue, _ value: JSONValue) throws -> [String] {
    try JSONSchema.compile(schema).validate(value).map(\.description)
  }

  @Test func `a valid value has no violations`() throws {
    #expect(try texts(Self.calculator, ["operation": "add", "a": 1, "b": 2.5]) == [])
  }

  @Test func `each violation names the place in the value, what would be right and the place in the schema`() throws {
    let found = try texts(Self.calculator, ["operation": "ad", "a": "1", "b": 101, "operatio": 1])
    #expect(
      found == [
        #"operation: expected one of "add", "subtract", found "ad" (#/properties/operation/enum)"#,
        "a: expected number, found string (#/properties/a/type)",
        "b: expected at most 100, found 101 (#/properties/b/maximum)",
        #"unknown member "operatio" (did you mean "operation"?) (#/additionalProperties)"#,
      ])
    #expect(try texts(Self.calculator, [:]) == [#"the member "operation" is missing (#/required)"#])
    #expect(try texts(Self.calculator, 7) == ["expected object, found integer (#/type)"])
  }

  @Test func `paths lead through arrays, objects and references`() throws {
    let schema: JSONValue = [
      "$defs": ["step": ["required": ["id"], "properties": ["id": ["type": ["string", "null"]]]]],
      "properties": ["steps": ["items": ["$ref": "#/$defs/step"]], "odd key": ["minLength": 2]],
    ]
    #expect(
      try texts(schema, ["steps": [["id": "a"], ["id": 1], [:]], "odd key": "x"]) == [
        "steps[1].id: expected null or string, found integer (#/$defs/step/properties/id/type)",
        #"steps[2]: the member "id" is missing (#/$defs/step/required)"#,
        #"["odd key"]: expected at least 2 characters, found 1 (#/properties/odd key/minLength)"#,
      ])
  }

  @Test func `at most eight violations are reported`() throws {
    let schema: JSONValue = ["items": ["type": "string"]]
    #expect(try texts(schema, .array(Array(repeating: 1, count: 50))).count == 8)
  }

  @Test func `alternatives are named by their number`() throws {
    #expect(
      try texts(["anyOf": [["type": "string"], ["type": "null"]]], 1) == [
        "none of the 2 alternatives accepts the integer (#/anyOf)"
      ])
    #expect(
      try texts(["oneOf": [["minimum": 1], ["minimum": 2]]], 3) == [
        "exactly one of 2 alternatives must accept the value, 2 of them do (#/oneOf)"
      ])
  }

  @Test func `integers of 64 bits and long decimals are compared exactly`() throws {
    let largest: JSONValue = ["maximum": 9_007_199_254_740_992]
    #expect(try texts(largest, 9_007_199_254_740_993).count == 1)
    let beyond = JSONValue.number(JSONNumber(validated: "18446744073709551617"))
    #expect(try texts(["const": .number(JSONNumber(validated: "18446744073709551616"))], beyond).count == 1)
    #expect(try texts(["type": "integer"], .number(JSONNumber(validated: "1.0"))) == [])
    #expect(try texts(["type": "integer"], .number(JSONNumber(validated: "1e400"))) == [])
    #expect(try texts(["multipleOf": 0.01], 4.35) == [])
    #expect(try texts(["multipleOf": 0.01], 4.355).count == 1)
  }

  @Test(
    arguments: [
      (["$dynamicRef": "#x"], JSONSchemaError.Kind.unresolved, "#/$dynamicRef"),
      (["items": ["$recursiveRef": "#"]], .unsupported, "#/items/$recursiveRef"),
      (["$schema": "http://json-schema.org/draft-04/schema#"], .unsupported, "#/$schema"),
      (["pattern": "a("], .unsupported, "#/pattern"),
      (["pattern": #"a\Z"#], .unsupported, "#/pattern"),
      (["$ref": "https://example.com/other"], .unresolved, "#/$ref"),
      (["$ref": "#/$defs/none"], .unresolved, "#/$defs/none"),
      (["type": "text"], .malformed, "#/type"),
      (["properties": ["a": 1]], .malformed, "#/properties/a"),
      (["minLength": -1], .malformed, "#/minLength"),
      (["multipleOf": 0], .malformed, "#/multipleOf"),
      (["required": [1]], .malformed, "#/required"),
      ("text", .malformed, "#"),
    ] as [(JSONValue, JSONSchemaError.Kind, String)])
  func `a schema that would be weakened is refused`(schema: JSONValue, kind: JSONSchemaError.Kind, path: String) {
    #expect { try JSONSchema.compile(schema) } throws: { error in
      let error = error as? JSONSchemaError
      return error?.kind == kind && error?.schemaPath == path
    }
  }

  @Test func `a schema nested beyond the limit is refused`() {
    let nested = (0..<200).reduce(JSONValue.object(["type": "string"])) { inner, _ in ["items": inner] }
    #expect { try JSONSchema.compile(nested) } throws: { ($0 as? JSONSchemaError)?.kind == .tooLarge }
  }

  @Test func `a reference to itself does not run for ever`() throws {
    #expect(try texts(["$ref": "#"], 1) == ["checking the value takes too many steps (#)"])
    let doubling: JSONValue = ["allOf": [["$ref": "#"], ["$ref": "#"]]]
    #expect(try texts(doubling, 1) == ["checking the value takes too many steps (#)"])
  }

  @Test func `counts that exclude each other accept nothing`() throws {
    #expect(try texts(["minItems": 5, "maxItems": 3], [1, 2, 3, 4]).count == 1)
    #expect(try texts(["minLength": 5, "maxLength": 3], "abcd").count == 1)
  }
}
