/// Reads the subschemas of a document into ``JSONSchemaNode``s, each place once.
struct JSONSchemaCompiler {
  private let document: JSONSchemaDocument
  private var nodes: [JSONSchemaNode?] = []
  private var known: [JSONSchemaDocument.Place: Int] = [:]
  private var nesting = 0
  private var patternSize = 0

  init(document: JSONSchemaDocument) { self.document = document }

  func finished() throws(JSONSchemaError) -> [JSONSchemaNode] { nodes.compactMap { $0 } }

  mutating func node(at place: JSONSchemaDocument.Place) throws(JSONSchemaError) -> Int {
    if let number = known[place] { return number }
    guard let (value, base) = document.locate(place) else {
      throw JSONSchemaError(
        kind: .unresolved, schemaPath: JSONSchemaDocument.pointer(place), message: "a reference leads to nothing")
    }
    let number = nodes.count
    known[place] = number
    nodes.append(nil)
    nesting += 1
    defer { nesting -= 1 }
    if nesting > JSONSchemaLimits.nesting || nodes.count > JSONSchemaLimits.nodes {
      throw JSONSchemaError(
        kind: .tooLarge, schemaPath: JSONSchemaDocument.pointer(place), message: "the schema is too large")
    }
    nodes[number] = try read(value, SchemaKeywords(place: place, base: base, value: value))
    return number
  }

  private mutating func read(
    _ value: JSONValue, _ keywords: SchemaKeywords
  ) throws(JSONSchemaError) -> JSONSchemaNode {
    let path = JSONSchemaDocument.pointer(keywords.place)
    if case .bool(let verdict) = value { return JSONSchemaNode(path: path, verdict: verdict) }
    guard case .object(let fields) = value else {
      throw keywords.malformed(nil, "a schema is an object or a boolean, not \(value.typeName)")
    }
    for keyword in ["$dynamicRef", "$recursiveRef"] where fields[keyword] != nil && document.dialect != .draft7 {
      throw JSONSchemaError(
        kind: .unsupported, schemaPath: "\(path)/\(keyword)", message: "\(keyword) is not supported")
    }
    if document.dialect == .draft7, fields["$ref"] != nil {
      let general = try general(SchemaKeywords(place: keywords.place, base: keywords.base, value: [:]), fields["$ref"])
      return JSONSchemaNode(
        path: path, types: .all, number: nil, string: nil, array: nil, object: nil, general: general)
    }
    return JSONSchemaNode(
      path: path, types: try keywords.types(), number: try keywords.number(), string: try string(keywords),
      array: try array(keywords), object: try object(keywords), general: try general(keywords, fields["$ref"]))
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
    _ keywords: SchemaKeywords, _ reference: JSONValue?
  ) throws(JSONSchemaError) -> JSONSchemaNode.GeneralRules? {
    var condition: (test: Int, then: Int?, otherwise: Int?)?
    if let test = try child(keywords, "if") {
      condition = (test, try child(keywords, "then"), try child(keywords, "else"))
    }
    let allowed = keywords.value["enum"]
    if let allowed, allowed.arrayValue == nil { throw keywords.malformed("enum", "expected an array") }
    let rules = JSONSchemaNode.GeneralRules(
      allowed: allowed?.arrayValue, constant: keywords.value["const"],
      reference: try self.reference(keywords, reference),
      all: try list(keywords, "allOf") ?? [], any: try list(keywords, "anyOf"), one: try list(keywords, "oneOf"),
      none: try child(keywords, "not"), condition: condition)
    return rules.isEmpty ? nil : rules
  }

  private mutating func reference(
    _ keywords: SchemaKeywords, _ reference: JSONValue?
  ) throws(JSONSchemaError) -> Int? {
    guard let reference else { return nil }
    guard let text = reference.stringValue else { throw keywords.malformed("$ref", "expected a string") }
    guard let target = document.target(of: text, base: keywords.base) else {
      throw JSONSchemaError(
        kind: .unresolved, schemaPath: keywords.path("$ref"),
        message: "\"\(text.prefix(200))\" is no place in this schema (nothing is fetched)")
    }
    return try node(at: target)
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
    let isLegacy = document.dialect == .draft7
    var prefix: [Int] = []
    var rest: Int?
    if keywords.value["items"]?.arrayValue != nil {
      prefix = try list(keywords, "items") ?? []
      rest = try child(keywords, "additionalItems")
    } else {
      if document.dialect == .draft2020 { prefix = try list(keywords, "prefixItems") ?? [] }
      rest = try child(keywords, "items")
    }
    let rules = JSONSchemaNode.ArrayRules(
      count: try keywords.count("minItems", "maxItems"), prefix: prefix, rest: rest,
      contains: try child(keywords, "contains"),
      containing: isLegacy ? .init(least: 1) : try keywords.count("minContains", "maxContains", least: 1),
      isUnique: try keywords.flag("uniqueItems"),
      unevaluated: isLegacy ? nil : try child(keywords, "unevaluatedItems"),
      containsEvaluates: document.dialect == .draft2020)
    return rules.isEmpty ? nil : rules
  }

  private mutating func object(_ keywords: SchemaKeywords) throws(JSONSchemaError) -> JSONSchemaNode.ObjectRules? {
    let isLegacy = document.dialect == .draft7
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
