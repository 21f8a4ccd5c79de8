import SCRProtocol
import Testing

@testable import SCRModels

struct SchemaDialectTests {
  @Test func `a schema that a vendor takes stays as it is, but for its names`() {
    let schema: JSONValue = [
      "type": "object", "properties": ["a": ["type": "string", "minLength": 1]], "required": ["a"],
    ]
    var named = schema.objectValue ?? [:]
    named["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    for dialect in [SchemaDialect.openAI, .anthropic, .ollama] { #expect(dialect.adapted(.object(named)) == schema) }
  }

  @Test func `an empty schema becomes one of an object`() {
    for schema in [[:], true, ["type": "object"]] as [JSONValue] {
      #expect(SchemaDialect.openAI.adapted(schema) == ["type": "object", "properties": [:]])
    }
  }

  @Test func `choices at the root are left out where they are refused, further in they stay`() {
    let choice: JSONValue = [["required": ["a"]], ["required": ["b"]]]
    let schema: JSONValue = ["type": "object", "properties": ["a": ["anyOf": choice]], "anyOf": choice]
    #expect(SchemaDialect.anthropic.adapted(schema) == ["type": "object", "properties": ["a": ["anyOf": choice]]])
    #expect(SchemaDialect.ollama.adapted(schema) == schema)
  }

  @Test func `references are written out, and one that leads into itself is anything`() {
    let schema: JSONValue = [
      "type": "object",
      "$defs": [
        "p": ["type": "object", "properties": ["x": ["$ref": "#/$defs/n"], "next": ["$ref": "#/$defs/p"]]],
        "n": ["type": "number"],
      ],
      "properties": ["p": ["$ref": "#/$defs/p", "description": "a place"], "q": ["$ref": "http://elsewhere/"]],
    ]
    #expect(
      SchemaDialect.ollama.adapted(schema) == [
        "type": "object",
        "properties": [
          "p": ["type": "object", "properties": ["x": ["type": "number"], "next": [:]], "description": "a place"],
          "q": [:],
        ],
      ])
    #expect(SchemaDialect.openAI.adapted(schema)["$defs"] != nil)
  }

  @Test func `references that multiply end at the limit`() {
    var definitions: JSONObject = ["d0": ["type": "string"]]
    for level in 1...30 {
      let reference: JSONValue = ["$ref": .string("#/$defs/d\(level - 1)")]
      definitions["d\(level)"] = ["type": "object", "properties": ["a": reference, "b": reference]]
    }
    let schema: JSONValue = ["$defs": .object(definitions), "properties": ["x": ["$ref": "#/$defs/d30"]]]
    #expect(SchemaDialect.ollama.adapted(schema).encoded.count < 1 << 20)
  }

  @Test(
    arguments: [
      (
        ["type": "object", "properties": ["a": ["type": "integer"]], "required": ["a"], "additionalProperties": false],
        true
      ),
      (["type": "object", "properties": ["a": ["type": "integer"]], "additionalProperties": false], false),
      (["type": "object", "properties": ["a": ["type": "integer"]], "required": ["a"]], false),
      (["type": "array", "items": ["type": "string"]], false),
      (["type": "object", "properties": [:], "additionalProperties": false], true),
      (
        [
          "type": "object",
          "properties": ["a": ["type": "array", "items": ["type": "object", "properties": ["b": ["type": "null"]]]]],
          "required": ["a"], "additionalProperties": false,
        ], false
      ),
      (
        [
          "type": "object", "properties": ["a": ["type": "string", "minLength": 1]], "required": ["a"],
          "additionalProperties": false,
        ], false
      ),
    ] as [(JSONValue, Bool)])
  func `only a closed schema with every member required is strict`(schema: JSONValue, isStrict: Bool) {
    #expect(StrictSchema.holds(schema) == isStrict)
  }
}
