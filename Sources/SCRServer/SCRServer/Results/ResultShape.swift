package import SCRProtocol

/// What an object in an answer holds: described once, for `schemas/`, for `rpc.discover`, and for the tests that hold every
/// answer against it. No other members are there.
package struct ResultShape: Sendable {
  /// Its name in the documents, `Task`.
  package let name: String
  let summary: String
  let fields: [Field]

  struct Field: Sendable {
    let name: String
    let isRequired: Bool
    /// JSON Schema; references name other shapes as `#/$defs/Name`.
    let schema: JSONValue
  }

  init(_ name: String, _ summary: String, _ fields: Field...) { self.init(name, summary, fields) }

  init(_ name: String, _ summary: String, _ fields: [Field]) {
    self.name = name
    self.summary = summary
    self.fields = fields
  }

  /// JSON Schema, 2020-12 and draft-07 alike.
  package var schema: JSONValue {
    var schema: JSONObject = [
      "description": .string(summary), "type": "object",
      "properties": .object(JSONObject(fields.map { JSONField(key: $0.name, value: $0.schema) })),
    ]
    let required = fields.filter(\.isRequired).map { JSONValue.string($0.name) }
    if !required.isEmpty { schema["required"] = .array(required) }
    schema["additionalProperties"] = false
    return .object(schema)
  }
}

extension ResultShape.Field {
  static func always(_ name: String, _ schema: JSONValue) -> Self { Self(name: name, isRequired: true, schema: schema) }
  static func perhaps(_ name: String, _ schema: JSONValue) -> Self {
    Self(name: name, isRequired: false, schema: schema)
  }
  /// What a page of a list says of those beyond it.
  static let page: [Self] = [.perhaps("nextCursor", JSONValue.text)]
}

// What members look like.
extension JSONValue {
  static let text: JSONValue = ["type": "string"]
  static let moment: JSONValue = ["type": "string", "format": "date-time"]
  static let count: JSONValue = ["type": "integer", "minimum": 0]
  static let decimal: JSONValue = ["type": "number"]
  static let flag: JSONValue = ["type": "boolean"]
  static let names: JSONValue = ["type": "array", "items": ["type": "string"]]
  static let anyObject: JSONValue = ["type": "object"]
  static let objectOrNull: JSONValue = ["type": ["object", "null"]]
  static let counts: JSONValue = ["type": "object", "additionalProperties": ["type": "integer"]]

  static func shape(_ name: String) -> JSONValue { ["$ref": .string("#/$defs/\(name)")] }
  static func list(of name: String) -> JSONValue { ["type": "array", "items": shape(name)] }
  static func word<Word: CaseIterable & RawRepresentable<String>>(of type: Word.Type) -> JSONValue {
    ["enum": .array(type.allCases.map { .string($0.rawValue) })]
  }
}

/// What a method answers with: one shape, or one of several.
package struct NativeResult: Sendable {
  /// Names of ``ResultShape``s.
  package let names: [String]

  init(_ names: String...) { self.names = names }

  /// JSON Schema.
  package var schema: JSONValue {
    names.count == 1 ? .shape(names[0]) : ["anyOf": .array(names.map { .shape($0) })]
  }
}
