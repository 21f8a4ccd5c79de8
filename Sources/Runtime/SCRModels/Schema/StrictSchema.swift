import SCRProtocol

/// Whether a schema is one that OpenAI promises to keep to ("strict"): every object closed, every member required, and
/// only keywords of its subset. Others are sent without the promise, and the answer is checked by us.
enum StrictSchema {
  private static let keywords: Set<String> = [
    "type", "properties", "required", "additionalProperties", "items", "enum", "const", "anyOf", "$ref", "$defs",
    "description", "title", "pattern", "format", "multipleOf", "maximum", "minimum", "exclusiveMaximum",
    "exclusiveMinimum", "minItems", "maxItems",
  ]
  /// The vendor's own limits.
  private static let depth = 10
  private static let members = 5_000

  static func holds(_ schema: JSONValue) -> Bool {
    var count = 0
    return schema["type"]?.stringValue == "object" && schema["anyOf"] == nil && holds(schema, depth: 0, &count)
  }

  private static func holds(_ schema: JSONValue, depth: Int, _ count: inout Int) -> Bool {
    guard depth <= Self.depth, let fields = schema.objectValue, fields.keys.allSatisfy(keywords.contains) else {
      return false
    }
    if fields["properties"] != nil || fields["type"]?.stringValue == "object" {
      guard let members = fields["properties"]?.objectValue, fields["additionalProperties"] == false else {
        return false
      }
      let required = Set((fields["required"]?.arrayValue ?? []).compactMap(\.stringValue))
      count += members.count
      guard count <= Self.members, members.keys.allSatisfy(required.contains) else { return false }
      for member in members where !holds(member.value, depth: depth + 1, &count) { return false }
    }
    if let items = fields["items"], !holds(items, depth: depth + 1, &count) { return false }
    for choice in fields["anyOf"]?.arrayValue ?? [] where !holds(choice, depth: depth, &count) { return false }
    for shared in fields["$defs"]?.objectValue ?? [:] where !holds(shared.value, depth: depth, &count) {
      return false
    }
    return true
  }
}
