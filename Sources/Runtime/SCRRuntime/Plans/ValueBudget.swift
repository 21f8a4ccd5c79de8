package import SCRProtocol

/// What one computed value may take. Expressions copy values into others, so a short plan could otherwise make values
/// that fill the memory, or that nobody can read back.
struct ValueBudget: Sendable {
  /// Arrays and objects within each other: below what a client's parser takes, with room for the message around them.
  static let depth = 100
  /// Keys and elements.
  static let nodes = 500_000
  /// Bytes of a step's arguments.
  static let argumentBytes = 8 << 20
  /// Bytes of a plan's result; more, since it may hold the values of several steps.
  static let resultBytes = 32 << 20

  private let what: String
  private let limit: Int
  private var nodesLeft = nodes
  private var bytesLeft: Int

  /// - Parameters:
  ///   - what: names the value in errors, for example `the arguments`.
  ///   - bytes: of texts, keys and numbers, counted before escapes.
  init(of what: String, bytes: Int) {
    self.what = what
    limit = bytes
    bytesLeft = bytes
  }

  /// Takes off what `value` needs, with all that is in it, at `depth` arrays and objects within the whole.
  /// - Throws: ``TemplateError`` of the kind `too_large`; the rest of the value is not looked at.
  mutating func take(_ value: JSONValue, depth: Int) throws(TemplateError) {
    switch value {
    case .array(let values):
      try enter(depth)
      for value in values {
        try takeNode(bytes: 1)
        try take(value, depth: depth + 1)
      }
    case .object(let fields):
      try enter(depth)
      for field in fields {
        try takeNode(bytes: field.key.utf8.count + 4)
        try take(field.value, depth: depth + 1)
      }
    case .string(let text): try take(bytes: text.utf8.count + 2)
    case .number(let number): try take(bytes: number.text.utf8.count)
    case .integer, .bool, .null: try take(bytes: 4)
    }
  }

  mutating func enter(_ depth: Int) throws(TemplateError) {
    guard depth < Self.depth else {
      throw TemplateError("\(what) would be nested deeper than \(Self.depth) levels", kind: .tooLarge)
    }
    try take(bytes: 2)
  }

  mutating func takeNode(bytes: Int) throws(TemplateError) {
    nodesLeft -= 1
    guard nodesLeft >= 0 else {
      throw TemplateError("\(what) would have more than \(Self.nodes) keys and elements", kind: .tooLarge)
    }
    try take(bytes: bytes)
  }

  private mutating func take(bytes: Int) throws(TemplateError) {
    bytesLeft -= bytes
    guard bytesLeft >= 0 else {
      throw TemplateError("\(what) would be over the limit of \(limit >> 20) MiB", kind: .tooLarge)
    }
  }
}

extension JSONValue {
  /// The value with all expressions in its strings replaced, within the limits of a step's arguments.
  package func resolved(in scope: TemplateScope) throws(TemplateError) -> JSONValue {
    var budget = ValueBudget(of: "the value", bytes: ValueBudget.argumentBytes)
    return try resolved(in: scope, &budget)
  }

  /// The value with all expressions in its strings replaced, within what `budget` allows.
  func resolved(in scope: TemplateScope, _ budget: inout ValueBudget) throws(TemplateError) -> JSONValue {
    try resolved(in: scope, &budget, depth: 0)
  }

  private func resolved(
    in scope: TemplateScope, _ budget: inout ValueBudget, depth: Int
  ) throws(TemplateError) -> JSONValue {
    switch self {
    case .array(let values):
      try budget.enter(depth)
      var resolved: [JSONValue] = []
      for value in values {
        try budget.takeNode(bytes: 1)
        resolved.append(try value.resolved(in: scope, &budget, depth: depth + 1))
      }
      return .array(resolved)
    case .object(let fields):
      try budget.enter(depth)
      var resolved = JSONObject()
      for field in fields {
        try budget.takeNode(bytes: field.key.utf8.count + 4)
        resolved[field.key] = try field.value.resolved(in: scope, &budget, depth: depth + 1)
      }
      return .object(resolved)
    case .string(let text):
      let value = try Template(text).value(in: scope)
      try budget.take(value, depth: depth)
      return value
    default:
      try budget.take(self, depth: depth)
      return self
    }
  }
}
