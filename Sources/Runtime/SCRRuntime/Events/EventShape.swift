package import SCRProtocol

/// What the `data` of the events of one kind holds: described once, for `schemas/events.schema.json` and for whoever checks
/// that events are made as they are described.
package struct EventShape: Sendable, Hashable {
  package struct Field: Sendable, Hashable {
    package var name: String
    package var isRequired: Bool
    /// JSON Schema.
    package var schema: JSONValue
  }

  package var kind: EventKind
  /// What has happened, in one sentence.
  package var summary: String
  package var fields: [Field]

  init(_ kind: EventKind, _ summary: String, _ fields: Field...) {
    self.kind = kind
    self.summary = summary
    self.fields = fields
  }

  /// JSON Schema of the data. No other members are there.
  package var schema: JSONValue {
    var properties: JSONObject = [:]
    for field in fields { properties[field.name] = field.schema }
    var schema: JSONObject = [
      "description": .string(summary), "type": "object", "properties": .object(properties),
    ]
    let required = fields.filter(\.isRequired).map { JSONValue.string($0.name) }
    if !required.isEmpty { schema["required"] = .array(required) }
    schema["additionalProperties"] = false
    return .object(schema)
  }
}

extension EventShape.Field {
  static func always(_ name: String, _ schema: JSONValue) -> Self { Self(name: name, isRequired: true, schema: schema) }
  static func perhaps(_ name: String, _ schema: JSONValue) -> Self {
    Self(name: name, isRequired: false, schema: schema)
  }
}

/// The JSON Schema of all events' data, committed as `schemas/events.schema.json`.
package enum EventSchema {
  package static let json: JSONValue = {
    var definitions: JSONObject = [:]
    for shape in EventShape.all { definitions[shape.kind.rawValue] = shape.schema }
    return [
      "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Events of scr",
      "description":
        "What `data` of an event holds: under `$defs`, by the event's kind. Kinds that are not listed come from other versions.",
      "$defs": .object(definitions),
    ]
  }()
}
