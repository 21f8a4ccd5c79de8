/// A schema's text with an index of what references may lead to: `$id`, `$anchor` and every place by JSON Pointer.
struct JSONSchemaDocument {
  /// A place as the tokens of a JSON Pointer from the document's root.
  typealias Place = [String]

  enum Dialect {
    /// Draft-06 and draft-07: `$ref` stands alone, `$id: "#name"` is an anchor.
    case draft7
    /// 2019-09: as 2020-12, except for arrays.
    case draft2019
    case draft2020
  }

  let root: JSONValue
  let dialect: Dialect
  private var resources: [String: Place] = [:]
  private var anchors: [String: Place] = [:]
  private var visited = 0

  init(_ root: JSONValue) throws(JSONSchemaError) {
    self.root = root
    dialect = try Self.dialect(of: root)
    resources[""] = []
    try visit(root, at: [], base: "")
  }

  private static func dialect(of root: JSONValue) throws(JSONSchemaError) -> Dialect {
    guard let name = root["$schema"]?.stringValue else { return .draft2020 }
    if name.contains("draft-07") || name.contains("draft-06") { return .draft7 }
    if name.contains("2019-09") { return .draft2019 }
    if name.contains("2020-12") { return .draft2020 }
    throw JSONSchemaError(
      kind: .unsupported, schemaPath: "#/$schema",
      message: "the dialect \"\(name.prefix(200))\" is not supported; 2020-12 and draft-07 are")
  }

  /// The value at a place and the URI that references in it are relative to.
  func locate(_ place: Place) -> (value: JSONValue, base: String)? {
    var value = root
    var base = base(of: root, within: "")
    for token in place {
      switch value {
      case .object(let fields):
        guard let member = fields[token] else { return nil }
        value = member
      case .array(let values):
        guard let index = Int(token), values.indices.contains(index) else { return nil }
        value = values[index]
      default: return nil
      }
      base = self.base(of: value, within: base)
    }
    return (value, base)
  }

  /// Where a `$ref` leads; nil for everything outside of this document.
  func target(of reference: String, base: String) -> Place? {
    let (uri, fragment) = URIReference.split(URIReference.resolve(reference, against: base))
    guard let resource = resources[uri] else { return nil }
    guard let name = URIReference.decode(fragment) else { return nil }
    if name.isEmpty { return resource }
    if name.hasPrefix("/") {
      return resource
        + name.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map {
          String($0.replacing("~1", with: "/").replacing("~0", with: "~"))
        }
    }
    return anchors["\(uri)#\(name)"]
  }

  /// The base URI that an object's `$id` sets for itself.
  private func base(of value: JSONValue, within base: String) -> String {
    guard let id = value["$id"]?.stringValue else { return base }
    if dialect == .draft7, id.hasPrefix("#") || value["$ref"] != nil { return base }
    return URIReference.split(URIReference.resolve(id, against: base)).uri
  }

  private mutating func visit(_ schema: JSONValue, at place: Place, base: String) throws(JSONSchemaError) {
    guard case .object(let fields) = schema else { return }
    visited += 1
    if visited > JSONSchemaLimits.nodes || place.count > 2 * JSONSchemaLimits.nesting {
      throw JSONSchemaError(
        kind: .tooLarge, schemaPath: Self.pointer(place), message: "the schema has too many subschemas")
    }
    let own = self.base(of: schema, within: base)
    if own != base || place.isEmpty { resources[own] = place }
    for name in anchorNames(fields) { anchors["\(own)#\(name)"] = place }
    for field in fields {
      let here = place + [field.key]
      switch (Self.subschemas[field.key], field.value) {
      case (.one?, .object): try visit(field.value, at: here, base: own)
      case (.one?, .array(let values)), (.list?, .array(let values)):
        for (index, value) in values.enumerated() { try visit(value, at: here + [String(index)], base: own) }
      case (.map?, .object(let members)):
        for member in members { try visit(member.value, at: here + [member.key], base: own) }
      default: break
      }
    }
  }

  private func anchorNames(_ fields: JSONObject) -> [String] {
    if dialect == .draft7 {
      guard fields["$ref"] == nil, let id = fields["$id"]?.stringValue, id.hasPrefix("#") else { return [] }
      return [String(id.dropFirst())]
    }
    return ["$anchor", "$dynamicAnchor"].compactMap { fields[$0]?.stringValue }
  }

  private enum Holding { case one, list, map }

  private static let subschemas: [String: Holding] = [
    "additionalProperties": .one, "propertyNames": .one, "contains": .one, "not": .one, "if": .one, "then": .one,
    "else": .one, "unevaluatedItems": .one, "unevaluatedProperties": .one, "additionalItems": .one, "items": .one,
    "contentSchema": .one, "allOf": .list, "anyOf": .list, "oneOf": .list, "prefixItems": .list, "properties": .map,
    "patternProperties": .map, "$defs": .map, "definitions": .map, "dependentSchemas": .map, "dependencies": .map,
  ]

  /// `#/properties/a~1b`.
  static func pointer(_ place: Place) -> String {
    place.reduce(into: "#") {
      $0 += "/" + $1.replacing("~", with: "~0").replacing("/", with: "~1")
    }
  }
}
