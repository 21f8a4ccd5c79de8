/// The keywords of one subschema, read with a check of their own types.
struct SchemaKeywords {
  let place: JSONSchemaPlace
  /// Of the subschema, as errors name it.
  let path: String
  let resource: Int
  let dialect: JSONSchemaDialect
  let value: JSONValue

  /// The same place with nothing but one keyword.
  func only(_ keyword: String) -> SchemaKeywords {
    let kept = value[keyword].map { [JSONField(key: keyword, value: $0)] } ?? []
    return SchemaKeywords(
      place: place, path: path, resource: resource, dialect: dialect, value: .object(JSONObject(kept)))
  }

  func without(_ keywords: Set<String>) -> SchemaKeywords {
    let kept = value.objectValue?.filter { !keywords.contains($0.key) } ?? []
    return SchemaKeywords(
      place: place, path: path, resource: resource, dialect: dialect, value: .object(JSONObject(kept)))
  }

  func path(_ keyword: String?) -> String {
    keyword.map { path + JSONSchemaPlace(steps: [$0]).pointer.dropFirst() } ?? path
  }

  func malformed(_ keyword: String?, _ message: String) -> JSONSchemaError {
    JSONSchemaError(kind: .malformed, schemaPath: path(keyword), message: message)
  }

  func types() throws(JSONSchemaError) -> JSONTypeSet {
    guard let value = value["type"] else { return .all }
    var types: JSONTypeSet = []
    for name in value.arrayValue ?? [value] {
      guard let found = JSONTypeSet.names.first(where: { $0.name == name.stringValue }) else {
        throw malformed("type", "\(name.jsonText.prefix(80)) is no type")
      }
      types.formUnion(found.types)
    }
    return types
  }

  func number() throws(JSONSchemaError) -> JSONSchemaNode.NumberRules? {
    var bounds: [JSONSchemaNode.NumberRules.Bound] = []
    for kind in JSONSchemaNode.NumberRules.BoundKind.allCases {
      guard let limit = value[kind.rawValue] else { continue }
      guard let decimal = limit.decimal else { throw malformed(kind.rawValue, "expected a number") }
      bounds.append(.init(kind: kind, value: limit, decimal: decimal))
    }
    let divisor = value["multipleOf"].map(JSONDecimal.Divisor.init)
    if case .some(nil) = divisor { throw malformed("multipleOf", "expected a positive number of at most 19 digits") }
    return bounds.isEmpty && divisor == nil ? nil : .init(bounds: bounds, multipleOf: divisor ?? nil)
  }

  func string() throws(JSONSchemaError) -> JSONSchemaNode.StringRules? {
    let length = try count("minLength", "maxLength")
    let pattern = try value["pattern"].map { source throws(JSONSchemaError) in
      guard let text = source.stringValue else { throw malformed("pattern", "expected a string") }
      return try self.pattern(text, "pattern")
    }
    let format = try assertedFormat()
    return length.isFree && pattern == nil && format == nil
      ? nil : .init(length: length, pattern: pattern, format: format)
  }

  /// Nil where `format` only annotates.
  private func assertedFormat() throws(JSONSchemaError) -> JSONSchemaFormat? {
    guard dialect.assertsFormat, let value = value["format"] else { return nil }
    guard let name = value.stringValue else { throw malformed("format", "expected a string") }
    guard let format = JSONSchemaFormat(rawValue: name) else {
      throw JSONSchemaError(
        kind: .unsupported, schemaPath: path("format"),
        message: "the format \"\(name.prefix(200))\" must be asserted here and cannot be")
    }
    return format
  }

  func pattern(_ source: String, _ keyword: String) throws(JSONSchemaError) -> JSONSchemaPattern {
    do throws(JSONSchemaPatternError) { return try JSONSchemaPattern(source) } catch {
      throw JSONSchemaError(
        kind: .unsupported, schemaPath: path(keyword),
        message: "the pattern \"\(source.prefix(200))\" cannot be read: \(error.reason)")
    }
  }

  func count(
    _ minimum: String, _ maximum: String, least: Int = 0
  ) throws(JSONSchemaError) -> JSONSchemaNode.Count {
    .init(least: try count(minimum) ?? least, most: try count(maximum) ?? .max)
  }

  private func count(_ keyword: String) throws(JSONSchemaError) -> Int? {
    guard let value = value[keyword] else { return nil }
    guard let number = value.doubleValue, number >= 0, let count = Int(exactly: number) else {
      throw malformed(keyword, "expected a count")
    }
    return count
  }

  func flag(_ keyword: String) throws(JSONSchemaError) -> Bool {
    guard let value = value[keyword] else { return false }
    guard let flag = value.boolValue else { throw malformed(keyword, "expected true or false") }
    return flag
  }

  func members(_ keyword: String) throws(JSONSchemaError) -> JSONObject {
    guard let value = value[keyword] else { return [:] }
    guard let members = value.objectValue else { throw malformed(keyword, "expected an object") }
    return members
  }

  func strings(_ value: JSONValue, _ keyword: String) throws(JSONSchemaError) -> [String] {
    guard let values = value.arrayValue else { throw malformed(keyword, "expected an array of strings") }
    let strings = values.compactMap(\.stringValue)
    if strings.count != values.count { throw malformed(keyword, "expected an array of strings") }
    return strings
  }
}
