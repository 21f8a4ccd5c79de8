package import SCRProtocol
import SCRRuntime

/// The native methods as documents: `schemas/native.schema.json` and `schemas/openrpc.json`, which `rpc.discover` gives.
///
/// Made from the shapes that decode the parameters and from those that every answer is held against.
package struct NativeDescription: Sendable {
  package let methods: [NativeSignature]

  init(_ methods: [NativeSignature]) { self.methods = methods }

  /// The schema of a method's result, whole; nil for a method that is not there.
  package func resultSchema(of method: String) -> JSONValue? {
    guard let signature = methods.first(where: { $0.name == method }) else { return nil }
    return ["allOf": [signature.result.schema], "$defs": .object(Self.results)]
  }

  /// The schema of the parameters of the notification `event`, whole.
  package static var eventSchema: JSONValue { ["allOf": [event], "$defs": .object(results + events)] }

  /// `schemas/native.schema.json`: under `$defs` the parameters and results of all methods and the notification `event`.
  package var schema: JSONValue {
    var definitions = JSONObject()
    for method in methods where method.paramsName != NoParams.shape.name {
      definitions[method.paramsName] = method.params
    }
    return [
      "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Native methods of scr",
      "description": """
      Parameters (…Params) and results of the native methods, and the notification Event; which method takes and gives \
      what is in openrpc.json.
      """,
      "$defs": .object(definitions + Self.results + Self.events),
    ]
  }

  private static let results = JSONObject(
    (ResultShape.tasks + ResultShape.queue + ResultShape.runtime + ResultShape.knowledge).map {
      JSONField(key: $0.name, value: $0.schema)
    })

  private static let event: JSONValue = [
    "if": ["required": ["sequence"]], "then": .shape("Event"), "else": .shape("EventPiece"),
  ]

  /// The notification, and what its `data` hold by their kind.
  private static let events: JSONObject = {
    let shapes = EventShape.all
    let ofKind: [ResultShape.Field] = [
      .always("at", .moment), .always("kind", .text), .perhaps("taskId", .text), .perhaps("stepId", .text),
      .always("data", .anyObject),
    ]
    let asked = ResultShape.Field.always("subscription", ["type": ["string", "integer"]])
    let stored = ResultShape(
      "Event", "Something that happened and is stored; `subscription` is the id of the request that asked for it.",
      [asked, .always("sequence", .count)] + ofKind)
    let piece = ResultShape(
      "EventPiece",
      "A piece that is never stored; `after` is the newest event before it, a gap in `part` tells of lost ones.",
      [asked, .always("after", .count), .always("part", .count)] + ofKind)
    var definitions = JSONObject()
    for shape in [stored, piece] {
      var schema = shape.schema.objectValue ?? [:]
      schema["allOf"] = .array(shapes.map(rule))
      definitions[shape.name] = .object(schema)
    }
    for shape in shapes { definitions[shape.kind.rawValue] = shape.schema }
    return definitions
  }()

  /// The data of one kind are as that kind has them.
  private static func rule(_ shape: EventShape) -> JSONValue {
    [
      "if": ["properties": ["kind": ["const": .string(shape.kind.rawValue)]]],
      "then": ["properties": ["data": .shape(shape.kind.rawValue)]],
    ]
  }
}

extension NativeDescription {
  /// The interface's own version: it grows, and what is there keeps its meaning.
  private static let version = "1.0.0"

  /// `schemas/openrpc.json`: an OpenRPC 1.3 document. Notifications, which OpenRPC does not know, are under
  /// `x-notifications`.
  package var openRPC: JSONValue {
    let document: JSONValue = [
      "openrpc": "1.3.2",
      "info": [
        "title": "scr", "version": .string(Self.version),
        "description": "The native methods of scr, one JSON-RPC 2.0 message a line.",
      ],
      "methods": .array(methods.map(Self.method)),
      "components": ["schemas": .object(Self.results + Self.events), "errors": Self.errors],
      "x-notifications": [
        [
          "name": "event", "summary": "What a stream or a chat tells.", "paramStructure": "by-name",
          "params": [["name": "event", "required": true, "schema": Self.event]],
        ]
      ],
    ]
    return document.rebased
  }

  private static func method(_ method: NativeSignature) -> JSONValue {
    let schema = method.params
    let required = Set((schema["required"]?.arrayValue ?? []).compactMap(\.stringValue))
    let members = schema["properties"]?.objectValue?.fields ?? []
    let ordered = members.filter { required.contains($0.key) } + members.filter { !required.contains($0.key) }
    let params = ordered.map { member -> JSONValue in
      var descriptor: JSONObject = ["name": .string(member.key)]
      descriptor["description"] = member.value["description"]
      descriptor["required"] = .bool(required.contains(member.key))
      descriptor["schema"] = member.value
      return .object(descriptor)
    }
    return [
      "name": .string(method.name), "summary": .string(method.summary), "paramStructure": "by-name",
      "params": .array(params),
      "result": ["name": .string(method.result.names.joined(separator: "Or")), "schema": method.result.schema],
      "errors": [["$ref": .string("#/components/errors/\(ErrorKind.invalidParams.name)")]],
    ]
  }

  private static let errors: JSONValue = .object(
    JSONObject(
      ErrorKind.all.map { kind in
        JSONField(
          key: kind.name,
          value: [
            "code": JSONValue(kind.code), "message": .string(kind.name.replacing("_", with: " ")),
            "data": ["kind": .string(kind.name)],
          ])
      }))
}

extension JSONValue {
  /// With references to `#/$defs` leading to where OpenRPC keeps schemas.
  fileprivate var rebased: JSONValue {
    switch self {
    case .array(let values): .array(values.map(\.rebased))
    case .object(let fields):
      .object(
        JSONObject(
          fields.map { field in
            if field.key == "$ref", let target = field.value.stringValue, target.hasPrefix("#/$defs/") {
              return JSONField(key: "$ref", value: .string("#/components/schemas/" + target.dropFirst(8)))
            }
            return JSONField(key: field.key, value: field.value.rebased)
          }))
    default: self
    }
  }
}

private func + (left: JSONObject, right: JSONObject) -> JSONObject { JSONObject(left.fields + right.fields) }
