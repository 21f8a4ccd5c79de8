extension JSONSchemaCheck {
  mutating func check(
    _ rules: JSONSchemaNode.GeneralRules, _ node: JSONSchemaNode, _ value: JSONValue, _ marks: inout EvaluationMarks
  ) -> Bool {
    var isFine = true
    if let constant = rules.constant, !constant.isEqualJSON(to: value) {
      isFine = fail(node, "const", "expected \(constant.excerpt), found \(value.excerpt)")
    }
    if let allowed = rules.allowed { charge(allowed.count / 16) }
    if let allowed = rules.allowed, !allowed.contains(where: { $0.isEqualJSON(to: value) }) {
      let words = allowed.prefix(10).map(\.excerpt).joined(separator: ", ")
      isFine = fail(
        node, "enum", "expected one of \(words)\(allowed.count > 10 ? ", …" : ""), found \(value.excerpt)")
    }
    if !isFine, isDone { return false }
    if let reference = rules.reference, !alongside(reference, value, &marks) { isFine = false }
    if let dynamic = rules.dynamic, !alongside(target(of: dynamic), value, &marks) { isFine = false }
    for schema in rules.all {
      if !isFine, isDone { return false }
      if !alongside(schema, value, &marks) { isFine = false }
    }
    if !isFine, isDone { return false }
    if let any = rules.any, !matchesAny(any, value, &marks) {
      isFine = fail(node, "anyOf", "none of the \(any.count) alternatives accepts the \(value.typeName)")
    }
    if let one = rules.one {
      let matches = one.count { accepts($0, value, &marks) }
      if matches != 1 {
        isFine = fail(
          node, "oneOf", "exactly one of \(one.count) alternatives must accept the value, \(matches) of them do")
      }
    }
    if let none = rules.none, refuse(none, value) == false {
      isFine = fail(node, "not", "the value is one that must not be")
    }
    if let condition = rules.condition {
      let branch = accepts(condition.test, value, &marks) ? condition.then : condition.otherwise
      if let branch, !alongside(branch, value, &marks) { isFine = false }
    }
    return isFine
  }

  /// While marks are kept every alternative has to be looked at.
  private mutating func matchesAny(_ schemas: [Int], _ value: JSONValue, _ marks: inout EvaluationMarks) -> Bool {
    var isMatched = false
    for schema in schemas {
      if accepts(schema, value, &marks) { isMatched = true }
      if isMatched, !marks.isOn { return true }
    }
    return isMatched
  }

  private mutating func refuse(_ schema: Int, _ value: JSONValue) -> Bool {
    var marks = EvaluationMarks()
    return !accepts(schema, value, &marks)
  }

  mutating func check(_ rules: JSONSchemaNode.StringRules, _ node: JSONSchemaNode, _ text: String) -> Bool {
    var isFine = true
    if !rules.length.isFree {
      let length = text.unicodeScalars.count
      if length < rules.length.least {
        isFine = fail(node, "minLength", "expected at least \(rules.length.least) characters, found \(length)")
      } else if length > rules.length.most {
        isFine = fail(node, "maxLength", "expected at most \(rules.length.most) characters, found \(length)")
      }
    }
    if let pattern = rules.pattern, !find(pattern, in: text, node, "pattern") {
      isFine = fail(
        node, "pattern", "expected text that matches /\(pattern.source)/, found \(JSONValue.string(text).excerpt)")
    }
    if let format = rules.format, !format.accepts(text) {
      isFine = fail(node, "format", "expected \(format.rawValue), found \(JSONValue.string(text).excerpt)")
    }
    return isFine
  }

  mutating func check(_ rules: JSONSchemaNode.NumberRules, _ node: JSONSchemaNode, _ value: JSONValue) -> Bool {
    var isFine = true
    for bound in rules.bounds where !bound.accepts(value) {
      isFine = fail(
        node, bound.kind.rawValue, "expected \(bound.kind.words) \(bound.value.jsonText), found \(value.excerpt)")
    }
    if let divisor = rules.multipleOf, let decimal = value.decimal, !divisor.divides(decimal) {
      isFine = fail(node, "multipleOf", "expected a multiple of \(divisor.text), found \(value.excerpt)")
    }
    return isFine
  }
}

extension JSONSchemaNode.NumberRules.Bound {
  func accepts(_ number: JSONValue) -> Bool {
    let order: JSONDecimal.Order
    if case .integer(let limit) = value, case .integer(let found) = number {
      order = found < limit ? .less : found == limit ? .equal : .greater
    } else {
      guard let found = number.decimal else { return true }
      order = found.order(to: decimal)
    }
    return switch kind {
    case .minimum: order != .less
    case .maximum: order != .greater
    case .exclusiveMinimum: order == .greater
    case .exclusiveMaximum: order == .less
    }
  }
}

extension JSONSchemaNode.NumberRules.BoundKind {
  var words: String {
    switch self {
    case .minimum: "at least"
    case .maximum: "at most"
    case .exclusiveMinimum: "more than"
    case .exclusiveMaximum: "less than"
    }
  }
}

extension JSONValue {
  /// The value as an error quotes it.
  var excerpt: String {
    switch self {
    case .array, .object: typeName
    default: jsonText.utf8.count <= 80 ? jsonText : "\(jsonText.prefix(80))…"
    }
  }
}
