/// How the keywords of a schema are read: the draft that its `$schema` names, less the vocabularies that a metaschema
/// of its own leaves out.
struct JSONSchemaDialect: Sendable, Hashable {
  enum Draft: Sendable, Hashable {
    /// Draft-06 and draft-07: `$ref` stands alone, `$id: "#name"` is an anchor.
    case draft7
    /// 2019-09: as 2020-12, except for arrays and for `$recursiveRef`.
    case draft2019
    case draft2020
  }

  var draft: Draft
  /// Keywords that mean nothing, because their vocabulary is not in use.
  var ignored: Set<String> = []
  /// Whether `format` decides, as the vocabulary `format-assertion` has it; otherwise it is an annotation.
  var assertsFormat = false

  /// Metaschemas that describe themselves by metaschemas of their own.
  private static let depth = 8

  /// The dialect that a `$schema` names.
  /// - Throws: ``JSONSchemaError`` for a draft that is not supported, for a metaschema that is not known and for one that
  ///   requires a vocabulary that is not known: what it asks for would be ignored.
  static func named(
    _ name: String, at path: String, knowing library: JSONSchemaLibrary, depth: Int = 0
  ) throws(JSONSchemaError) -> JSONSchemaDialect {
    if let draft = draft(of: name) { return JSONSchemaDialect(draft: draft) }
    guard depth < Self.depth, let metaschema = library.document(URIReference.split(name).uri) else {
      throw JSONSchemaError(
        kind: .unsupported, schemaPath: path,
        message: "the dialect \"\(name.prefix(200))\" is not supported; 2020-12 and draft-07 are")
    }
    guard let parent = metaschema["$schema"]?.stringValue else { return JSONSchemaDialect(draft: .draft2020) }
    var dialect = try named(parent, at: path, knowing: library, depth: depth + 1)
    if let vocabularies = metaschema["$vocabulary"]?.objectValue {
      dialect.restrict(to: vocabularies.fields.map(\.key))
      for field in vocabularies where field.value == true && vocabulary(field.key) == nil {
        throw JSONSchemaError(
          kind: .unsupported, schemaPath: path,
          message:
            "\"\(name.prefix(200))\" requires the vocabulary \"\(field.key.prefix(200))\", which is not supported")
      }
    }
    return dialect
  }

  private static func draft(of name: String) -> Draft? {
    let uri = name.hasPrefix("https:") ? name.dropFirst(6) : name.hasPrefix("http:") ? name.dropFirst(5) : name[...]
    guard uri.hasPrefix("//json-schema.org/") else { return nil }
    if uri.contains("draft-07") || uri.contains("draft-06") { return .draft7 }
    if uri.contains("2019-09") { return .draft2019 }
    return uri.contains("2020-12") ? .draft2020 : nil
  }

  private mutating func restrict(to names: [String]) {
    let used = Set(names.compactMap(Self.vocabulary))
    if !used.contains("applicator") { ignored.formUnion(Self.applicators) }
    if !used.contains("unevaluated"), draft == .draft2020 || !used.contains("applicator") {
      ignored.formUnion(["unevaluatedItems", "unevaluatedProperties"])
    }
    if !used.contains("validation") { ignored.formUnion(Self.validators) }
    assertsFormat = used.contains("format-assertion")
  }

  /// The last part of a vocabulary's URI; nil for one that is not known.
  private static func vocabulary(_ uri: String) -> String? {
    for prefix in ["https://json-schema.org/draft/2020-12/vocab/", "https://json-schema.org/draft/2019-09/vocab/"]
    where uri.hasPrefix(prefix) {
      let name = String(uri.dropFirst(prefix.count))
      return vocabularies.contains(name) ? name : nil
    }
    return nil
  }

  private static let vocabularies: Set<String> = [
    "core", "applicator", "unevaluated", "validation", "meta-data", "format", "format-annotation", "format-assertion",
    "content",
  ]
  private static let applicators: Set<String> = [
    "prefixItems", "items", "additionalItems", "contains", "additionalProperties", "properties", "patternProperties",
    "dependentSchemas", "dependencies", "propertyNames", "if", "then", "else", "allOf", "anyOf", "oneOf", "not",
  ]
  private static let validators: Set<String> = [
    "type", "enum", "const", "multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength",
    "maxLength", "pattern", "minItems", "maxItems", "uniqueItems", "minContains", "maxContains", "minProperties",
    "maxProperties", "required", "dependentRequired",
  ]
}
