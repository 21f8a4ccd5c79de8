/// The declarative description of one message type: it decodes, encodes and emits a JSON Schema, so the three agree.
///
/// Unknown members are refused: a typo must not pass as "not given".
package struct Shape<Root: Sendable>: Sendable {
  package let name: String
  private let make: @Sendable () -> Root
  private let fields: [ShapeField<Root>]

  /// - Parameter make: a value with the defaults of the members that may be missing.
  package init(_ name: String, _ make: @escaping @Sendable () -> Root, _ fields: ShapeField<Root>...) {
    self.name = name
    self.make = make
    self.fields = fields
  }

  /// - Parameters:
  ///   - value: an object; nil stands for an empty one. The member `_meta` is everybody's and is passed over.
  ///   - path: where the value stands, for errors.
  /// - Throws: ``ShapeError`` naming the member.
  package func decode(_ value: JSONValue?, path: String) throws(ShapeError) -> Root {
    var root = make()
    guard let object = (value ?? .object([:])).objectValue else {
      throw ShapeError(path: path, message: "expected an object, found \(value?.typeName ?? "nothing")")
    }
    for member in object where member.key != "_meta" && !fields.contains(where: { $0.name == member.key }) {
      throw ShapeError(
        path: "\(path).\(member.key)", message: "unknown member \"\(member.key)\"",
        hint: fields.isEmpty ? "leave it out" : "known are \(fields.map(\.name).joined(separator: ", "))")
    }
    for field in fields {
      let memberPath = "\(path).\(field.name)"
      if let member = object[field.name], !member.isNull || !field.isOptional {
        try field.decode(member, &root, memberPath)
      } else if !field.isOptional {
        throw ShapeError(path: memberPath, message: "\"\(field.name)\" is missing")
      }
    }
    return root
  }

  /// Members without a value are left out.
  package func encode(_ root: Root) -> JSONObject {
    JSONObject(fields.compactMap { field in field.encode(root).map { JSONField(key: field.name, value: $0) } })
  }

  /// JSON Schema 2020-12 of the object.
  package var schema: JSONValue {
    var schema: JSONObject = [
      "type": "object",
      "properties": .object(JSONObject(fields.map { JSONField(key: $0.name, value: $0.schema) })),
    ]
    let required = fields.filter { !$0.isOptional }.map { JSONValue.string($0.name) }
    if !required.isEmpty { schema["required"] = .array(required) }
    schema["additionalProperties"] = false
    return .object(schema)
  }
}

/// One member of a ``Shape``.
package struct ShapeField<Root: Sendable>: Sendable {
  let name: String
  let isOptional: Bool
  let schema: JSONValue
  let decode: @Sendable (JSONValue, inout Root, String) throws(ShapeError) -> Void
  let encode: @Sendable (Root) -> JSONValue?

  package static func required<Value: Sendable>(
    _ name: String, _ key: any WritableKeyPath<Root, Value> & Sendable, _ value: ValueShape<Value>,
    _ description: String
  ) -> ShapeField {
    ShapeField(
      name: name, isOptional: false, schema: value.described(description),
      decode: { (json, root, path) throws(ShapeError) in root[keyPath: key] = try value.decode(json, path) },
      encode: { value.encode($0[keyPath: key]) })
  }

  package static func optional<Value: Sendable>(
    _ name: String, _ key: any WritableKeyPath<Root, Value?> & Sendable, _ value: ValueShape<Value>,
    _ description: String
  ) -> ShapeField {
    ShapeField(
      name: name, isOptional: true, schema: value.described(description),
      decode: { (json, root, path) throws(ShapeError) in root[keyPath: key] = try value.decode(json, path) },
      encode: { $0[keyPath: key].map(value.encode) })
  }
}

/// Where a value does not have its shape, and what would be right.
package struct ShapeError: Error, Sendable, Hashable {
  package let path: String
  package let message: String
  package let hint: String?

  package init(path: String, message: String, hint: String? = nil) {
    self.path = path
    self.message = message
    self.hint = hint
  }

  /// −32602 with the path.
  package var rpcError: RPCError { RPCError(.invalidParams, "\(path): \(message)", path: path, hint: hint) }
}
