/// A compiled JSON Schema (2020-12 and 2019-09, draft-07 and draft-06), ready to check many values.
///
/// Never fetches: a reference leads to a place in the same document or to one of the ``JSONSchemaLibrary``. `format` is an
/// annotation unless the metaschema asks for `format-assertion`, and so are the content keywords. What would change the
/// verdict and is not known refuses the schema at ``compile(_:knowing:)`` instead of weakening it silently.
package struct JSONSchema: Sendable {
  let nodes: [JSONSchemaNode]
  let root: Int
  /// What dynamic references may lead to; empty for most schemas.
  let dynamics: JSONSchemaDynamics

  /// - Parameter library: documents that references and `$schema` may name.
  /// - Throws: ``JSONSchemaError`` for a schema that is malformed, not supported, or beyond ``JSONSchemaLimits``.
  package static func compile(
    _ schema: JSONValue, knowing library: JSONSchemaLibrary = .standard
  ) throws(JSONSchemaError) -> JSONSchema {
    var compiler = JSONSchemaCompiler(documents: try JSONSchemaDocuments(schema, knowing: library))
    let root = try compiler.node(at: JSONSchemaPlace())
    let dynamics = try compiler.dynamics()
    return JSONSchema(nodes: compiler.finished(), root: root, dynamics: dynamics)
  }

  /// - Returns: the first few violations, in the order of the value's members; none for a valid value.
  package func validate(_ value: JSONValue) -> [JSONSchemaViolation] {
    var check = JSONSchemaCheck(nodes, dynamics: dynamics)
    check.run(root, value)
    return check.violations
  }
}

/// How much a schema may ask of us.
enum JSONSchemaLimits {
  /// Subschemas of one schema and of the documents that it refers to.
  static let nodes = 10_000
  /// Subschemas within each other, while a schema is read.
  static let nesting = 128
  /// Subschemas within each other, references included, while a value is checked.
  static let depth = 512
  /// Subschemas applied and values compared in one check.
  static let steps = 1_000_000
  /// Instructions of all patterns in one document.
  static let patternSize = 200_000
  /// Instructions of patterns looked at in one check: some megabytes of text against an ordinary pattern, a fraction of
  /// a second. A check that needs more fails, saying that there is too much text.
  static let patternSteps = 10_000_000
  /// Violations that are reported.
  static let violations = 8
}

/// Why a schema cannot be used.
package struct JSONSchemaError: Error, Sendable, Hashable, CustomStringConvertible {
  package enum Kind: Sendable, Hashable {
    case malformed, unsupported, unresolved, tooLarge
  }

  package let kind: Kind
  /// The place in the schema as a JSON Pointer after `#`; in another document, after its URI.
  package let schemaPath: String
  package let message: String

  package var description: String { "\(message) (at \(schemaPath))" }
}

/// One place where a value is not what the schema asks for.
package struct JSONSchemaViolation: Sendable, Hashable, CustomStringConvertible {
  /// `steps[2].arguments`; empty for the value itself.
  package internal(set) var instancePath: String
  /// The keyword that refused the value, as a JSON Pointer after `#`.
  package let schemaPath: String
  /// What would be right, and what was found.
  package let message: String

  package var description: String {
    "\(instancePath.isEmpty ? "" : "\(instancePath): ")\(message) (\(schemaPath))"
  }

  mutating func prefix(key: String) {
    let isPlain = !key.isEmpty && key.utf8.count <= 64 && key.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    prefix(isPlain ? key : "[\(JSONValue.string(String(key.prefix(64))).jsonText)]")
  }

  mutating func prefix(index: Int) { prefix("[\(index)]") }

  private mutating func prefix(_ step: String) {
    let joint = instancePath.isEmpty || instancePath.hasPrefix("[") ? "" : "."
    instancePath = step + joint + instancePath
  }
}
