/// One compiled subschema. Children are places in ``JSONSchema/nodes``, so that references may form cycles.
///
/// Rules stand in classes by the kind of value they look at: a check touches only those that concern the value.
final class JSONSchemaNode: Sendable {
  /// As a JSON Pointer after `#`; in another document, after its URI.
  let path: String
  /// The resource that it belongs to, for the dynamic scope.
  let resource: Int
  /// True and false schemas; nil for one with keywords.
  let verdict: Bool?
  let types: JSONTypeSet
  let number: NumberRules?
  let string: StringRules?
  let array: ArrayRules?
  let object: ObjectRules?
  let general: GeneralRules?

  init(path: String, resource: Int, verdict: Bool) {
    self.path = path
    self.resource = resource
    self.verdict = verdict
    types = .all
    number = nil
    string = nil
    array = nil
    object = nil
    general = nil
  }

  init(
    path: String, resource: Int, types: JSONTypeSet, number: NumberRules?, string: StringRules?, array: ArrayRules?,
    object: ObjectRules?, general: GeneralRules?
  ) {
    self.path = path
    self.resource = resource
    verdict = nil
    self.types = types
    self.number = number
    self.string = string
    self.array = array
    self.object = object
    self.general = general
  }

  /// What `minX` and `maxX` allow.
  struct Count: Sendable {
    var least = 0
    var most = Int.max
    var isFree: Bool { least <= 0 && most == .max }
  }

  final class NumberRules: Sendable {
    struct Bound: Sendable {
      let kind: BoundKind
      let value: JSONValue
      let decimal: JSONDecimal
    }
    enum BoundKind: String, Sendable, CaseIterable {
      case minimum, maximum, exclusiveMinimum, exclusiveMaximum
    }
    let bounds: [Bound]
    let multipleOf: JSONDecimal.Divisor?
    init(bounds: [Bound], multipleOf: JSONDecimal.Divisor?) {
      self.bounds = bounds
      self.multipleOf = multipleOf
    }
  }

  final class StringRules: Sendable {
    /// In Unicode scalars.
    let length: Count
    let pattern: JSONSchemaPattern?
    let format: JSONSchemaFormat?
    init(length: Count, pattern: JSONSchemaPattern?, format: JSONSchemaFormat?) {
      self.length = length
      self.pattern = pattern
      self.format = format
    }
  }

  final class ArrayRules: Sendable {
    let count: Count
    let prefix: [Int]
    let rest: Int?
    let contains: Int?
    let containing: Count
    let isUnique: Bool
    let unevaluated: Int?
    /// In 2020-12 an element that `contains` accepts counts as evaluated; in 2019-09 it does not.
    let containsEvaluates: Bool
    init(
      count: Count, prefix: [Int], rest: Int?, contains: Int?, containing: Count, isUnique: Bool, unevaluated: Int?,
      containsEvaluates: Bool
    ) {
      self.count = count
      self.prefix = prefix
      self.rest = rest
      self.contains = contains
      self.containing = containing
      self.isUnique = isUnique
      self.unevaluated = unevaluated
      self.containsEvaluates = containsEvaluates
    }

    var isEmpty: Bool {
      count.isFree && prefix.isEmpty && rest == nil && contains == nil && !isUnique && unevaluated == nil
    }
  }

  final class ObjectRules: Sendable {
    let count: Count
    let required: [String]
    let properties: [(key: String, node: Int)]
    /// Filled for objects with many properties; a few are found faster in order.
    let index: [String: Int]
    let patterns: [(pattern: JSONSchemaPattern, node: Int)]
    let additional: Int?
    let names: Int?
    let dependentRequired: [(key: String, needs: [String])]
    let dependentSchemas: [(key: String, node: Int)]
    let unevaluated: Int?
    init(
      count: Count, required: [String], properties: [(key: String, node: Int)],
      patterns: [(pattern: JSONSchemaPattern, node: Int)], additional: Int?, names: Int?,
      dependentRequired: [(key: String, needs: [String])], dependentSchemas: [(key: String, node: Int)],
      unevaluated: Int?
    ) {
      self.count = count
      self.required = required
      self.properties = properties
      index = properties.count > 8 ? Dictionary(properties.map { ($0.key, $0.node) }) { $1 } : [:]
      self.patterns = patterns
      self.additional = additional
      self.names = names
      self.dependentRequired = dependentRequired
      self.dependentSchemas = dependentSchemas
      self.unevaluated = unevaluated
    }

    var isEmpty: Bool {
      count.isFree && required.isEmpty && properties.isEmpty && patterns.isEmpty && additional == nil && names == nil
        && dependentRequired.isEmpty && dependentSchemas.isEmpty && unevaluated == nil
    }

    func property(_ key: String) -> Int? {
      if properties.count > 8 { return index[key] }
      for property in properties where property.key == key { return property.node }
      return nil
    }
  }

  /// What looks at values of every kind.
  final class GeneralRules: Sendable {
    /// `enum`.
    let allowed: [JSONValue]?
    /// `const`.
    let constant: JSONValue?
    let reference: Int?
    let dynamic: JSONSchemaDynamics.Reference?
    let all: [Int]
    let any: [Int]?
    let one: [Int]?
    let none: Int?
    let condition: (test: Int, then: Int?, otherwise: Int?)?
    init(
      allowed: [JSONValue]?, constant: JSONValue?, reference: Int?, dynamic: JSONSchemaDynamics.Reference?, all: [Int],
      any: [Int]?, one: [Int]?, none: Int?, condition: (test: Int, then: Int?, otherwise: Int?)?
    ) {
      self.allowed = allowed
      self.constant = constant
      self.reference = reference
      self.dynamic = dynamic
      self.all = all
      self.any = any
      self.one = one
      self.none = none
      self.condition = condition
    }

    var isEmpty: Bool {
      allowed == nil && constant == nil && reference == nil && dynamic == nil && all.isEmpty && any == nil && one == nil
        && none == nil && condition == nil
    }
  }
}

/// The kinds of value that `type` names.
struct JSONTypeSet: OptionSet, Sendable {
  let rawValue: UInt8
  static let null = JSONTypeSet(rawValue: 1)
  static let boolean = JSONTypeSet(rawValue: 2)
  static let integer = JSONTypeSet(rawValue: 4)
  /// Numbers that are no integers; `number` is both.
  static let fraction = JSONTypeSet(rawValue: 8)
  static let string = JSONTypeSet(rawValue: 16)
  static let array = JSONTypeSet(rawValue: 32)
  static let object = JSONTypeSet(rawValue: 64)
  static let number: JSONTypeSet = [.integer, .fraction]
  static let all = JSONTypeSet(rawValue: 127)

  static let names: [(name: String, types: JSONTypeSet)] = [
    ("null", .null), ("boolean", .boolean), ("number", .number), ("integer", .integer), ("string", .string),
    ("array", .array), ("object", .object),
  ]

  /// As an error says it.
  var words: String {
    var rest = self
    var words: [String] = []
    for (name, types) in Self.names where rest.isSuperset(of: types) {
      words.append(name)
      rest.subtract(types)
    }
    return words.joined(separator: " or ")
  }
}
