/// Reads the subschemas of a schema and of the documents it refers to into ``JSONSchemaNode``s, each place once.
struct JSONSchemaCompiler {
  private var documents: JSONSchemaDocuments
  private var nodes: [JSONSchemaNode?] = []
  private var known: [JSONSchemaPlace: Int] = [:]
  /// Names of anchors that dynamic references look for.
  private var dynamicNames: [String] = []
  private var nesting = 0
  private var patternSize = 0

  init(documents: JSONSchemaDocuments) { self.documents = documents }

  func finished() -> [JSONSchemaNode] { nodes.compactMap { $0 } }

  /// Everything that dynamic references may lead to. Reading one target may find further names and documents.
  mutating func dynamics() throws(JSONSchemaError) -> JSONSchemaDynamics {
    var found = JSONSchemaDynamics()
    var before = -1
    while before != nodes.count {
      before = nodes.count
      for name in dynamicNames {
        for (resource, place) in documents.dynamicAnchors[name] ?? [:] {
          found.targets[name, default: [:]][resource] = try node(at: place)
        }
      }
    }
    return found
  }

  mutating func node(at place: JSONSchemaPlace) throws(JSONSchemaError) -> Int {
    if let number = known[place] { return number }
    guard let (value, resource) = documents.locate(place) else {
      throw JSONSchemaError(
        kind: .unresolved, schemaPath: documents.path(place), message: "a reference leads to nothing")
    }
    let number = nodes.count
    known[place] = number
    nodes.append(nil)
    nesting += 1
    defer { nesting -= 1 }
    if nesting > JSONSchemaLimits.nesting || nodes.count > JSONSchemaLimits.nodes {
      throw JSONSchemaError(kind: .tooLarge, schemaPath: documents.path(place), message: "the schema is too large")
    }
    let dialect = documents.resources[resource].dialect
    nodes[number] = try read(
      SchemaKeywords(
        place: place, path: documents.path(place), resource: resource, dialect: dialect, value: value))
    return number
  }

  private mutating func read(_ keywords: SchemaKeywords) throws(JSONSchemaError) -> JSONSchemaNode {
    var keywords = keywords
    if case .bool(let verdict) = keywords.value {
      return JSONSchemaNode(path: keywords.path, resource: keywords.resource, verdict: verdict)
    }
    guard case .object(let fields) = keywords.value else {
      throw keywords.malformed(nil, "a schema is an object or a boolean, not \(keywords.value.typeName)")
    }
    if keywords.dialect.draft == .draft7, fields["$ref"] != nil {
      keywords = keywords.only("$ref")
    } else if !keywords.dialect.ignored.isEmpty {
      keywords = keywords.without(keywords.dialect.ignored)
    }
    return JSONSchemaNode(
      path: keywords.path, resource: keywords.resource, types: try keywords.types(), number: try keywords.number(),
      string: try string(keywords), array: try array(keywords), object: try object(keywords),
      general: try general(keywords))
  }

  private mutating func child(
    _ keywords: SchemaKeywords, _ steps: String...
  ) throws(JSONSchemaError) -> Int? {
    guard keywords.value[steps[0]] != nil else { return nil }
    return try node(at: keywords.place + steps)
  }

  private mutating func list(_ keywords: SchemaKeywords, _ keyword: String) throws(JSONSchemaError) -> [Int]? {
    guard let value = keywords.value[keyword] else { return nil }
    guard case .array(let values) = value else { throw keywords.malformed(keyword, "expected an array of schemas") }
    var children: [Int] = []
    for index in values.indices { children.append(try node(at: keywords.place + [keyword, String(index)])) }
    return children
  }

  private mutating func map(
    _ keywords: SchemaKeywords, _ keyword: String
  ) throws(JSONSchemaError) -> [(key: String, node: Int)] {
    guard let value = keywords.value[keyword] else { return [] }
    guard case .object(let members) = value else { throw keywords.malformed(keyword, "expected an object of schemas") }
    var children: [(key: String, node: Int)] = []
    for member in members { children.append((member.key, try node(at: keywords.place + [keyword, member.key]))) }
    return children
  }
}

extension JSONSchemaCompiler {
  private mutating func general(
    _ keywords: SchemaKeywords
  ) throws(JSONSchemaError) -> JSONSchemaNode.GeneralRules? {
    var condition: (test: Int, then: Int?, otherwise: Int?)?
    if let test = try child(keywords, "if") {
      condition = (test, try child(keywords, "then"), try child(keywords, "else"))
    }
    let allowed = keywords.value["enum"]
    if let allowed, allowed.arrayValue == nil { throw keywords.malformed("enum", "expected an array") }
    let rules = JSONSchemaNode.GeneralRules(
      allowed: allowed?.arrayValue, constant: keywords.value["const"],
      reference: try reference(keywords, "$ref").map { target throws(JSONSchemaError) in try node(at: target) },
      dynamic: try dynamic(keywords), all: try list(keywords, "allOf") ?? [], any: try list(keywords, "anyOf"),
      one: try list(keywords, "oneOf"),
      none: try child(keywords, "not"), condition: condition)
    return rules.isEmpty ? nil : rules
  }

  private mutating func reference(
    _ keywords: SchemaKeywords, _ keyword: String
  ) throws(JSONSchemaError) -> JSONSchemaPlace? {
    guard let reference = keywords.value[keyword] else { return nil }
    guard let text = reference.stringValue else { throw keywords.malformed(keyword, "expected a string") }
    guard let target = try documents.target(of: text, from: keywords.resource) else {
      throw JSONSchemaError(
        kind: .unresolved, schemaPath: keywords.path(keyword),
        message: "\"\(text.prefix(200))\" is no place in this schema and no known document (nothing is fetched)")
    }
    return target
  }

  /// `$dynamicRef`, or `$recursiveRef` of 2019-09: dynamic only where the anchor that it names at first is.
  private mutating func dynamic(_ keywords: SchemaKeywords) throws(JSONSchemaError) -> JSONSchemaDynamics.Reference? {
    let keyword: String
    switch keywords.dialect.draft {
    case .draft7: return nil
    case .draft2019: keyword = "$recursiveRef"
    case .draft2020: keyword = "$dynamicRef"
    }
    for other in ["$dynamicRef", "$recursiveRef"] where other != keyword && keywords.value[other] != nil {
      throw JSONSchemaError(
        kind: .unsupported, schemaPath: keywords.path(other), message: "\(other) is no keyword of this draft")
    }
    guard let target = try reference(keywords, keyword), let text = keywords.value[keyword]?.stringValue else {
      return nil
    }
    let initial = try node(at: target)
    let fragment = URIReference.decode(URIReference.split(text).fragment) ?? ""
    guard let resource = documents.locate(target)?.resource,
      documents.dynamicAnchors[fragment]?[resource] == target
    else { return JSONSchemaDynamics.Reference(initial: initial, anchor: nil) }
    if !dynamicNames.contains(fragment) { dynamicNames.append(fragment) }
    return JSONSchemaDynamics.Reference(initial: initial, anchor: fragment)
  }

  private mutating func string(_ keywords: SchemaKeywords) throws(JSONSchemaError) -> JSONSchemaNode.StringRules? {
    let rules = try keywords.string()
    if let pattern = rules?.pattern { try count(pattern, keywords, "pattern") }
    return rules
  }

  private mutating func count(
    _ pattern: JSONSchemaPattern, _ keywords: SchemaKeywords, _ keyword: String
  ) throws(JSONSchemaError) {
    patternSize += pattern.size
    if patternSize > JSONSchemaLimits.patternSize {
      throw JSONSchemaError(
        kind: .tooLarge, schemaPath: keywords.path(keyword), message: "the schema's patterns are too large together")
    }
  }

  private mutating func array(_ keywords: SchemaKeywords) throws(JSONSchemaError) -> JSONSchemaNode.ArrayRules? {
    let isLegacy = keywords.dialect.draft == .draft7
    var prefix: [Int] = []
    var rest: Int?
    if keywords.value["items"]?.arrayValue != nil {
      prefix = try list(keywords, "items") ?? []
      rest = try child(keywords, "additionalItems")
    } else {
      if keywords.dialect.draft == .draft2020 { prefix = try list(keywords, "prefixItems") ?? [] }
      rest = try child(keywords, "items")
    }
    let rules = JSONSchemaNode.ArrayRules(
      count: try keywords.count("minItems", "maxItems"), prefix: prefix, rest: rest,
      contains: try child(keywords, "contains"),
      containing: isLegacy ? .init(least: 1) : try keywords.count("minContains", "maxContains", least: 1),
      isUnique: try keywords.flag("uniqueItems"),
      unevaluated: isLegacy ? nil : try child(keywords, "unevaluatedItems"),
      containsEvaluates: keywords.dialect.draft == .draft2020)
    return rules.isEmpty ? nil : rules
  }

  private mutating func object(_ keywords: SchemaKeywords) throws(JSONSchemaError) -> JSONSchemaNode.ObjectRules? {
    let isLegacy = keywords.dialect.draft == .draft7
    var patterns: [(pattern: JSONSchemaPattern, node: Int)] = []
    for (source, node) in try map(keywords, "patternProperties") {
      let pattern = try keywords.pattern(source, "patternProperties")
      try count(pattern, keywords, "patternProperties")
      patterns.append((pattern, node))
    }
    var dependentRequired: [(key: String, needs: [String])] = []
    var dependentSchemas = isLegacy ? [] : try map(keywords, "dependentSchemas")
    for keyword in isLegacy ? ["dependencies"] : ["dependencies", "dependentRequired"] {
      for member in try keywords.members(keyword) {
        if member.value.arrayValue != nil || keyword == "dependentRequired" {
          dependentRequired.append((member.key, try keywords.strings(member.value, keyword)))
        } else {
          dependentSchemas.append((member.key, try node(at: keywords.place + [keyword, member.key])))
        }
      }
    }
    let required = try keywords.value["required"].map { value throws(JSONSchemaError) in
      try keywords.strings(value, "required")
    }
    let rules = JSONSchemaNode.ObjectRules(
      count: try keywords.count("minProperties", "maxProperties"), required: required ?? [],
      properties: try map(keywords, "properties"), patterns: patterns,
      additional: try child(keywords, "additionalProperties"), names: try child(keywords, "propertyNames"),
      dependentRequired: dependentRequired, dependentSchemas: dependentSchemas,
      unevaluated: isLegacy ? nil : try child(keywords, "unevaluatedProperties"))
    return rules.isEmpty ? nil : rules
  }
}
