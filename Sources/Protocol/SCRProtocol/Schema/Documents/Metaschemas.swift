/// The metaschemas of 2020-12 and draft-07, as far as they decide: without titles, comments and defaults.
///
/// Source: <https://json-schema.org/draft/2020-12/schema> and <http://json-schema.org/draft-07/schema>.
enum Metaschemas {
  /// By URI without a fragment.
  static let all: [String: JSONValue] = {
    var documents: [String: JSONValue] = ["http://json-schema.org/draft-07/schema": draft7]
    documents["https://json-schema.org/draft/2020-12/schema"] = vocabulary(
      "schema", uses: vocabularies.map(\.name) + ["format-annotation"],
      ["type": ["object", "boolean"], "allOf": .array(parts), "properties": older])
    for (name, body) in vocabularies + [("format-annotation", format), ("format-assertion", format)] {
      documents["https://json-schema.org/draft/2020-12/meta/\(name)"] = vocabulary("meta/\(name)", uses: [name], body)
    }
    return documents
  }()

  private static func vocabulary(_ name: String, uses: [String], _ body: JSONObject) -> JSONValue {
    let used = uses.map { JSONField(key: "https://json-schema.org/draft/2020-12/vocab/\($0)", value: true) }
    return .object(
      JSONObject(
        [
          JSONField(key: "$schema", value: "https://json-schema.org/draft/2020-12/schema"),
          JSONField(key: "$id", value: .string("https://json-schema.org/draft/2020-12/\(name)")),
          JSONField(key: "$vocabulary", value: .object(JSONObject(used))),
          JSONField(key: "$dynamicAnchor", value: "meta"),
        ] + body.fields))
  }

  private static let parts: [JSONValue] =
    (vocabularies.map(\.name) + ["format-annotation"]).map { ["$ref": .string("meta/\($0)")] }

  private static let schema: JSONValue = ["$dynamicRef": "#meta"]
  private static let schemas: JSONValue = ["type": "object", "additionalProperties": schema]
  private static let list: JSONValue = ["$ref": "#/$defs/schemaArray"]
  private static let count: JSONValue = ["$ref": "#/$defs/nonNegativeInteger"]
  private static let number: JSONValue = ["type": "number"]
  private static let text: JSONValue = ["type": "string"]
  private static let flag: JSONValue = ["type": "boolean"]
  private static let names: JSONValue = ["$ref": "#/$defs/stringArray"]
  private static let anchor: JSONValue = ["$ref": "#/$defs/anchorString"]
  private static let reference: JSONValue = ["type": "string", "format": "uri-reference"]

  /// Keywords of earlier drafts that are still in use.
  private static let older: JSONValue = [
    "definitions": schemas,
    "dependencies": [
      "type": "object",
      "additionalProperties": ["anyOf": [schema, ["$ref": "meta/validation#/$defs/stringArray"]]],
    ],
    "$recursiveAnchor": ["$ref": "meta/core#/$defs/anchorString"],
    "$recursiveRef": reference,
  ]

  private static let format: JSONObject = ["type": ["object", "boolean"], "properties": ["format": text]]

  private static let vocabularies: [(name: String, body: JSONObject)] = [
    ("core", core), ("applicator", applicator), ("unevaluated", unevaluated), ("validation", validation),
    ("meta-data", metadata), ("content", content),
  ]

  private static let core: JSONObject = [
    "type": ["object", "boolean"],
    "properties": [
      "$id": ["type": "string", "format": "uri-reference", "pattern": "^[^#]*#?$"],
      "$schema": ["type": "string", "format": "uri"], "$ref": reference, "$anchor": anchor, "$dynamicRef": reference,
      "$dynamicAnchor": anchor,
      "$vocabulary": [
        "type": "object", "propertyNames": ["type": "string", "format": "uri"], "additionalProperties": flag,
      ],
      "$comment": text, "$defs": schemas,
    ],
    "$defs": ["anchorString": ["type": "string", "pattern": "^[A-Za-z_][-A-Za-z0-9._]*$"]],
  ]

  private static let applicator: JSONObject = [
    "type": ["object", "boolean"],
    "properties": [
      "prefixItems": list, "items": schema, "contains": schema, "additionalProperties": schema, "properties": schemas,
      "patternProperties": [
        "type": "object", "additionalProperties": schema, "propertyNames": ["format": "regex"],
      ],
      "dependentSchemas": schemas, "propertyNames": schema, "if": schema, "then": schema, "else": schema,
      "allOf": list, "anyOf": list, "oneOf": list, "not": schema,
    ],
    "$defs": ["schemaArray": ["type": "array", "minItems": 1, "items": schema]],
  ]

  private static let unevaluated: JSONObject = [
    "type": ["object", "boolean"],
    "properties": ["unevaluatedItems": schema, "unevaluatedProperties": schema],
  ]

  private static let validation: JSONObject = [
    "type": ["object", "boolean"],
    "properties": [
      "type": [
        "anyOf": [
          ["$ref": "#/$defs/simpleTypes"],
          ["type": "array", "items": ["$ref": "#/$defs/simpleTypes"], "minItems": 1, "uniqueItems": true],
        ]
      ],
      "const": true, "enum": ["type": "array", "items": true], "multipleOf": ["type": "number", "exclusiveMinimum": 0],
      "maximum": number, "exclusiveMaximum": number, "minimum": number, "exclusiveMinimum": number, "maxLength": count,
      "minLength": count, "pattern": ["type": "string", "format": "regex"], "maxItems": count, "minItems": count,
      "uniqueItems": flag, "maxContains": count, "minContains": count, "maxProperties": count, "minProperties": count,
      "required": names, "dependentRequired": ["type": "object", "additionalProperties": names],
    ],
    "$defs": [
      "nonNegativeInteger": ["type": "integer", "minimum": 0], "simpleTypes": simpleTypes,
      "stringArray": ["type": "array", "items": text, "uniqueItems": true],
    ],
  ]

  private static let simpleTypes: JSONValue = [
    "enum": ["array", "boolean", "integer", "null", "number", "object", "string"]
  ]

  private static let metadata: JSONObject = [
    "type": ["object", "boolean"],
    "properties": [
      "title": text, "description": text, "default": true, "deprecated": flag, "readOnly": flag, "writeOnly": flag,
      "examples": ["type": "array", "items": true],
    ],
  ]

  private static let content: JSONObject = [
    "type": ["object", "boolean"],
    "properties": ["contentEncoding": text, "contentMediaType": text, "contentSchema": schema],
  ]
}

extension Metaschemas {
  private static let own: JSONValue = ["$ref": "#"]
  private static let ownMap: JSONValue = ["type": "object", "additionalProperties": own]
  private static let ownList: JSONValue = ["$ref": "#/definitions/schemaArray"]
  private static let ownCount: JSONValue = ["$ref": "#/definitions/nonNegativeInteger"]
  private static let ownNames: JSONValue = ["$ref": "#/definitions/stringArray"]

  fileprivate static let draft7: JSONValue = [
    "$schema": "http://json-schema.org/draft-07/schema#", "$id": "http://json-schema.org/draft-07/schema#",
    "definitions": [
      "schemaArray": ["type": "array", "minItems": 1, "items": own],
      "nonNegativeInteger": ["type": "integer", "minimum": 0], "simpleTypes": simpleTypes,
      "stringArray": ["type": "array", "items": text, "uniqueItems": true],
    ],
    "type": ["object", "boolean"],
    "properties": draft7Properties,
  ]

  private static let draft7Properties: JSONValue = [
    "$id": reference, "$schema": ["type": "string", "format": "uri"], "$ref": reference, "$comment": text,
    "title": text, "description": text, "default": true, "readOnly": flag, "writeOnly": flag,
    "examples": ["type": "array", "items": true], "multipleOf": ["type": "number", "exclusiveMinimum": 0],
    "maximum": number, "exclusiveMaximum": number, "minimum": number, "exclusiveMinimum": number,
    "maxLength": ownCount, "minLength": ownCount, "pattern": ["type": "string", "format": "regex"],
    "additionalItems": own, "items": ["anyOf": [own, ownList]], "maxItems": ownCount, "minItems": ownCount,
    "uniqueItems": flag, "contains": own, "maxProperties": ownCount, "minProperties": ownCount, "required": ownNames,
    "additionalProperties": own, "definitions": ownMap, "properties": ownMap,
    "patternProperties": ["type": "object", "additionalProperties": own, "propertyNames": ["format": "regex"]],
    "dependencies": ["type": "object", "additionalProperties": ["anyOf": [own, ownNames]]], "propertyNames": own,
    "const": true, "enum": ["type": "array", "items": true],
    "type": [
      "anyOf": [
        ["$ref": "#/definitions/simpleTypes"],
        ["type": "array", "items": ["$ref": "#/definitions/simpleTypes"], "minItems": 1, "uniqueItems": true],
      ]
    ],
    "format": text, "contentMediaType": text, "contentEncoding": text, "if": own, "then": own, "else": own,
    "allOf": ownList, "anyOf": ownList, "oneOf": ownList, "not": own,
  ]
}
