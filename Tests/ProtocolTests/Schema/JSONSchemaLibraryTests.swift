import SCRProtocol
import Testing

struct JSONSchemaLibraryTests {
  private func texts(
    _ schema: JSONValue, _ value: JSONValue, _ documents: [String: JSONValue] = [:]
  ) throws -> [String] {
    try JSONSchema.compile(schema, knowing: JSONSchemaLibrary(documents)).validate(value).map(\.description)
  }

  @Test func `a violation in another document is named with its URI`() throws {
    let other: JSONValue = ["$defs": ["port": ["type": "integer", "maximum": 65_535]]]
    #expect(
      try texts(
        ["properties": ["port": ["$ref": "https://example.com/net#/$defs/port"]]], ["port": 70_000],
        ["https://example.com/net": other]) == [
          "port: expected at most 65535, found 70000 (https://example.com/net#/$defs/port/maximum)"
        ])
  }

  @Test func `a document is known by its own identifier as well`() throws {
    let other: JSONValue = ["$id": "https://example.com/own", "type": "string"]
    #expect(try texts(["$ref": "https://example.com/own"], 1, ["https://mirror.example/copy": other]).count == 1)
  }

  @Test func `a reference to what is not known is refused, and nothing is fetched`() {
    #expect { try JSONSchema.compile(["items": ["$ref": "http://127.0.0.1:9/schema"]]) } throws: {
      ($0 as? JSONSchemaError)?.description
        == #""http://127.0.0.1:9/schema" is no place in this schema and no known document (nothing is fetched) (at #/items/$ref)"#
    }
  }

  @Test(
    arguments: ["https://json-schema.org/draft/2020-12/schema", "http://json-schema.org/draft-07/schema#"])
  func `the metaschemas accept themselves and refuse what is no schema`(uri: String) throws {
    let metaschema = try JSONSchema.compile(["$ref": .string(uri)])
    #expect(metaschema.validate(["type": "object", "properties": ["a": true], "required": ["a"]]) == [])
    #expect(metaschema.validate(["properties": ["a": ["type": "text"]]]).count == 1)
    #expect(metaschema.validate(["required": ["a", "a"]]).count == 1)
    #expect(metaschema.validate(["minLength": -1]).count == 1)
    #expect(metaschema.validate(["allOf": []]).count == 1)
  }

  @Test func `a metaschema that requires an unknown vocabulary refuses its schemas`() {
    let metaschema: JSONValue = [
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "$vocabulary": ["https://example.com/vocab/units": true],
    ]
    let library = JSONSchemaLibrary(["https://example.com/units": metaschema])
    #expect {
      try JSONSchema.compile(["$schema": "https://example.com/units"], knowing: library)
    } throws: {
      ($0 as? JSONSchemaError)?.description == """
        "https://example.com/units" requires the vocabulary "https://example.com/vocab/units", which is not supported \
        (at #/$schema)
        """
    }
  }

  @Test func `metaschemas that describe each other do not run for ever`() {
    let library = JSONSchemaLibrary([
      "https://example.com/a": ["$schema": "https://example.com/b"],
      "https://example.com/b": ["$schema": "https://example.com/a"],
    ])
    #expect { try JSONSchema.compile(["$schema": "https://example.com/a"], knowing: library) } throws: {
      ($0 as? JSONSchemaError)?.kind == .unsupported
    }
  }

  @Test func `a format that cannot be asserted refuses the schema that must assert it`() {
    let metaschema: JSONValue = [
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "$vocabulary": ["https://json-schema.org/draft/2020-12/vocab/format-assertion": true],
    ]
    let library = JSONSchemaLibrary(["https://example.com/strict": metaschema])
    #expect {
      try JSONSchema.compile(["$schema": "https://example.com/strict", "format": "idn-hostname"], knowing: library)
    } throws: {
      ($0 as? JSONSchemaError)?.description
        == #"the format "idn-hostname" must be asserted here and cannot be (at #/format)"#
    }
  }

  @Test func `a recursive reference of 2019-09 leads to the outermost schema that allows it`() throws {
    let tree: JSONValue = [
      "$schema": "https://json-schema.org/draft/2019-09/schema", "$id": "https://example.com/tree",
      "$recursiveAnchor": true, "type": "object", "properties": ["child": ["$recursiveRef": "#"]],
    ]
    let strict: JSONValue = [
      "$schema": "https://json-schema.org/draft/2019-09/schema", "$id": "https://example.com/strict-tree",
      "$recursiveAnchor": true, "$ref": "tree", "required": ["name"],
    ]
    let documents = ["https://example.com/tree": tree]
    #expect(try texts(tree, ["child": ["child": [:]]]) == [])
    #expect(try texts(strict, ["name": "a", "child": ["name": "b"]], documents) == [])
    #expect(
      try texts(strict, ["name": "a", "child": [:]], documents) == [
        "child: the member \"name\" is missing (#/required)"
      ])
  }

  @Test func `a dynamic reference to itself does not run for ever`() throws {
    let schema: JSONValue = ["$dynamicAnchor": "node", "$dynamicRef": "#node"]
    #expect(try texts(schema, 1) == ["checking the value takes too many steps (#)"])
  }

  @Test func `long lists of values count as steps`() throws {
    let schema: JSONValue = ["items": ["enum": .array((0..<16_000).map { JSONValue($0) })]]
    let value = JSONValue.array(Array(repeating: 15_999, count: 2_000))
    #expect(try texts(schema, value) == ["checking the value takes too many steps (#)"])
  }
}
