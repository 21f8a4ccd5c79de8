/// A schema and the known documents that it refers to, with an index of what references may lead to: `$id`, `$anchor`,
/// `$dynamicAnchor` and every place by JSON Pointer.
struct JSONSchemaDocuments {
  /// A schema with an `$id`, or the root of a document: what a URI without a fragment names.
  struct Resource {
    let uri: String
    let place: JSONSchemaPlace
    let dialect: JSONSchemaDialect
  }

  private struct AnchorName: Hashable {
    let resource: Int
    let name: String
  }

  private let known: JSONSchemaLibrary
  private var roots: [JSONValue] = []
  /// The root resource of each document.
  private var rootResources: [Int] = []
  private(set) var resources: [Resource] = []
  private var byURI: [String: Int] = [:]
  private var anchors: [AnchorName: JSONSchemaPlace] = [:]
  /// Places of `$dynamicAnchor` by name, then by resource. `$recursiveAnchor` of 2019-09 stands here as "".
  private(set) var dynamicAnchors: [String: [Int: JSONSchemaPlace]] = [:]
  private var visited = 0

  init(_ root: JSONValue, knowing known: JSONSchemaLibrary) throws(JSONSchemaError) {
    self.known = known
    try add(root, uri: "", dialect: JSONSchemaDialect(draft: .draft2020))
  }

  private mutating func add(
    _ root: JSONValue, uri: String, dialect: JSONSchemaDialect
  ) throws(JSONSchemaError) {
    let place = JSONSchemaPlace(document: roots.count)
    roots.append(root)
    rootResources.append(resources.count)
    var dialect = dialect
    if let name = root["$schema"]?.stringValue {
      dialect = try .named(name, at: "\(uri)#/$schema", knowing: known)
    }
    let own = Self.base(of: root, dialect, within: uri)
    byURI[uri] = resources.count
    byURI[own] = resources.count
    resources.append(Resource(uri: own, place: place, dialect: dialect))
    try visit(root, at: place, resource: resources.count - 1)
  }

  /// As errors name a place: `#/type` in the schema itself, `https://example.com/other#/type` elsewhere.
  func path(_ place: JSONSchemaPlace) -> String {
    place.document == 0 ? place.pointer : resources[rootResources[place.document]].uri + place.pointer
  }

  /// The value at a place and the resource that it belongs to, whose URI its references are relative to.
  func locate(_ place: JSONSchemaPlace) -> (value: JSONValue, resource: Int)? {
    var value = roots[place.document]
    var resource = rootResources[place.document]
    for token in place.steps {
      switch value {
      case .object(let fields):
        guard let member = fields[token] else { return nil }
        value = member
      case .array(let values):
        guard let index = Int(token), values.indices.contains(index) else { return nil }
        value = values[index]
      default: return nil
      }
      let (current, base) = (resources[resource], resources[resource].uri)
      let own = Self.base(of: value, current.dialect, within: base)
      if own != base, let entered = byURI[own] { resource = entered }
    }
    return (value, resource)
  }

  /// Where a reference leads; nil for what is neither in these documents nor known.
  mutating func target(of reference: String, from resource: Int) throws(JSONSchemaError) -> JSONSchemaPlace? {
    let (uri, fragment) = URIReference.split(URIReference.resolve(reference, against: resources[resource].uri))
    if byURI[uri] == nil, let document = known.document(uri) {
      try add(document, uri: uri, dialect: resources[0].dialect)
    }
    guard let found = byURI[uri], let name = URIReference.decode(fragment) else { return nil }
    if name.isEmpty { return resources[found].place }
    if name.hasPrefix("/") {
      return resources[found].place
        + name.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map {
          String($0.replacing("~1", with: "/").replacing("~0", with: "~"))
        }
    }
    return anchors[AnchorName(resource: found, name: name)]
  }

  /// The base URI that an object's `$id` sets for itself.
  private static func base(of value: JSONValue, _ dialect: JSONSchemaDialect, within base: String) -> String {
    guard let id = value["$id"]?.stringValue else { return base }
    if dialect.draft == .draft7, id.hasPrefix("#") || value["$ref"] != nil { return base }
    return URIReference.split(URIReference.resolve(id, against: base)).uri
  }
}

extension JSONSchemaDocuments {
  private mutating func visit(
    _ schema: JSONValue, at place: JSONSchemaPlace, resource: Int
  ) throws(JSONSchemaError) {
    guard case .object(let fields) = schema else { return }
    visited += 1
    if visited > JSONSchemaLimits.nodes || place.steps.count > 2 * JSONSchemaLimits.nesting {
      throw JSONSchemaError(
        kind: .tooLarge, schemaPath: path(place), message: "the schema has too many subschemas")
    }
    let own = try enter(fields, at: place, within: resource)
    let dialect = resources[own].dialect
    for name in Self.anchorNames(fields, dialect) { anchors[AnchorName(resource: own, name: name)] = place }
    if dialect.draft == .draft2020, let name = fields["$dynamicAnchor"]?.stringValue {
      dynamicAnchors[name, default: [:]][own] = place
    } else if dialect.draft == .draft2019, fields["$recursiveAnchor"] == true, place == resources[own].place {
      dynamicAnchors["", default: [:]][own] = place
    }
    for field in fields {
      let here = place + [field.key]
      switch (Self.subschemas[field.key], field.value) {
      case (.one?, .object): try visit(field.value, at: here, resource: own)
      case (.one?, .array(let values)), (.list?, .array(let values)):
        for (index, value) in values.enumerated() { try visit(value, at: here + [String(index)], resource: own) }
      case (.map?, .object(let members)):
        for member in members { try visit(member.value, at: here + [member.key], resource: own) }
      default: break
      }
    }
  }

  /// The resource that a schema belongs to: one of its own if its `$id` says so.
  private mutating func enter(
    _ fields: JSONObject, at place: JSONSchemaPlace, within resource: Int
  ) throws(JSONSchemaError) -> Int {
    let outer = resources[resource]
    if outer.place == place { return resource }
    // An embedded resource may be of another draft, which decides what its `$id` means.
    var dialect = outer.dialect
    if fields["$id"] != nil, let name = fields["$schema"]?.stringValue {
      dialect = try .named(name, at: path(place + ["$schema"]), knowing: known)
    }
    let own = Self.base(of: .object(fields), dialect, within: outer.uri)
    if own == outer.uri { return resource }
    byURI[own] = resources.count
    resources.append(Resource(uri: own, place: place, dialect: dialect))
    return resources.count - 1
  }

  private static func anchorNames(_ fields: JSONObject, _ dialect: JSONSchemaDialect) -> [String] {
    switch dialect.draft {
    case .draft7:
      guard fields["$ref"] == nil, let id = fields["$id"]?.stringValue, id.hasPrefix("#") else { return [] }
      return [String(id.dropFirst())]
    case .draft2019: return [fields["$anchor"]?.stringValue].compactMap { $0 }
    case .draft2020: return ["$anchor", "$dynamicAnchor"].compactMap { fields[$0]?.stringValue }
    }
  }

  private enum Holding { case one, list, map }

  private static let subschemas: [String: Holding] = [
    "additionalProperties": .one, "propertyNames": .one, "contains": .one, "not": .one, "if": .one, "then": .one,
    "else": .one, "unevaluatedItems": .one, "unevaluatedProperties": .one, "additionalItems": .one, "items": .one,
    "contentSchema": .one, "allOf": .list, "anyOf": .list, "oneOf": .list, "prefixItems": .list, "properties": .map,
    "patternProperties": .map, "$defs": .map, "definitions": .map, "dependentSchemas": .map, "dependencies": .map,
  ]
}
