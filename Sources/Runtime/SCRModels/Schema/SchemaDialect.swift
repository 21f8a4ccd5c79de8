import SCRProtocol

/// What a vendor takes of JSON Schema for the arguments of tools. What is left out here only widens what the model is told:
/// calls are still checked by the schema as the tool has it.
struct SchemaDialect: Sendable {
  /// Keywords at the root that the vendor refuses.
  var refusedAtRoot: Set<String>
  /// Whether `$ref` must be written out.
  var inlinesReferences: Bool

  static let openAI = SchemaDialect(
    refusedAtRoot: ["anyOf", "oneOf", "allOf", "enum", "not"], inlinesReferences: false)
  static let anthropic = SchemaDialect(refusedAtRoot: ["anyOf", "oneOf", "allOf"], inlinesReferences: false)
  static let ollama = SchemaDialect(refusedAtRoot: [], inlinesReferences: true)

  /// An object schema with `properties`, as all of them want it.
  func adapted(_ schema: JSONValue) -> JSONValue {
    var root = schema.objectValue ?? [:]
    if inlinesReferences {
      // Only at the root: further in these words may be names of members.
      root["$defs"] = nil
      root["definitions"] = nil
      var inlining = SchemaInlining(document: schema)
      root = inlining.inlined(.object(root)).objectValue ?? root
    }
    root["$schema"] = nil
    root["$id"] = nil
    root["type"] = "object"
    if root["properties"]?.objectValue == nil { root["properties"] = [:] }
    for keyword in refusedAtRoot { root[keyword] = nil }
    return .object(root)
  }
}

/// Writes references to the same document out. One that leads into itself becomes "anything".
struct SchemaInlining {
  let document: JSONValue
  private var nodes = 0
  private var path: [String] = []

  /// Values in the schema with its references written out.
  static let limit = 5_000
  private static let anything = JSONValue.object([:])

  init(document: JSONValue) { self.document = document }

  mutating func inlined(_ value: JSONValue) -> JSONValue {
    nodes += 1
    if nodes > Self.limit { return Self.anything }
    switch value {
    case .array(let values): return .array(values.map { inlined($0) })
    case .object(var fields):
      if let reference = fields["$ref"]?.stringValue {
        guard !path.contains(reference), let target = target(reference) else { return Self.anything }
        path.append(reference)
        defer { path.removeLast() }
        fields["$ref"] = nil
        guard case .object(var whole) = inlined(target) else { return Self.anything }
        // What stands beside a reference narrows it further.
        for field in fields { whole[field.key] = inlined(field.value) }
        return .object(whole)
      }
      return .object(JSONObject(fields.map { JSONField(key: $0.key, value: inlined($0.value)) }))
    default: return value
    }
  }

  private func target(_ reference: String) -> JSONValue? {
    guard reference.hasPrefix("#") else { return nil }
    var value: JSONValue? = document
    for step in reference.dropFirst().split(separator: "/") {
      let key = String(step.replacing("~1", with: "/").replacing("~0", with: "~"))
      value =
        value?[key]
        ?? Int(key).flatMap { index in
          value?.arrayValue.flatMap { $0.indices.contains(index) ? $0[index] : nil }
        }
    }
    return value
  }
}
