extension JSONSchemaCheck {
  mutating func check(
    _ rules: JSONSchemaNode.ArrayRules, _ node: JSONSchemaNode, _ values: [JSONValue], _ marks: inout EvaluationMarks
  ) -> Bool {
    var isFine = true
    if values.count < rules.count.least {
      isFine = fail(node, "minItems", "expected at least \(rules.count.least) elements, found \(values.count)")
    } else if values.count > rules.count.most {
      isFine = fail(node, "maxItems", "expected at most \(rules.count.most) elements, found \(values.count)")
    }
    if rules.isUnique, let place = values.firstDuplicate {
      isFine = fail(node, "uniqueItems", "expected elements without repetition, but [\(place)] repeats an earlier one")
    }
    if !rules.prefix.isEmpty || rules.rest != nil {
      for (place, value) in values.enumerated() {
        if !isFine, isDone { return false }
        guard let schema = place < rules.prefix.count ? rules.prefix[place] : rules.rest else { break }
        if !descend(schema, value, index: place) { isFine = false }
        if marks.isOn { marks.items.insert(place) }
      }
    }
    if let contains = rules.contains, !check(contains, rules, node, values, &marks) { isFine = false }
    if let unevaluated = rules.unevaluated {
      for (place, value) in values.enumerated() where !marks.items.contains(place) {
        if !isFine, isDone { return false }
        if !descend(unevaluated, value, index: place) { isFine = false }
        marks.items.insert(place)
      }
    }
    return isFine
  }

  private mutating func check(
    _ contains: Int, _ rules: JSONSchemaNode.ArrayRules, _ node: JSONSchemaNode, _ values: [JSONValue],
    _ marks: inout EvaluationMarks
  ) -> Bool {
    var matches = 0
    for (place, value) in values.enumerated() {
      var inner = EvaluationMarks()
      guard accepts(contains, value, &inner) else { continue }
      matches += 1
      if marks.isOn, rules.containsEvaluates { marks.items.insert(place) }
    }
    if matches < rules.containing.least {
      return fail(
        node, "contains", "expected at least \(rules.containing.least) elements of a certain kind, found \(matches)")
    }
    if matches > rules.containing.most {
      return fail(
        node, "maxContains", "expected at most \(rules.containing.most) elements of a certain kind, found \(matches)")
    }
    return true
  }

  mutating func check(
    _ rules: JSONSchemaNode.ObjectRules, _ node: JSONSchemaNode, _ fields: JSONObject, _ marks: inout EvaluationMarks
  ) -> Bool {
    var isFine = true
    if fields.count < rules.count.least {
      isFine = fail(node, "minProperties", "expected at least \(rules.count.least) members, found \(fields.count)")
    } else if fields.count > rules.count.most {
      isFine = fail(node, "maxProperties", "expected at most \(rules.count.most) members, found \(fields.count)")
    }
    charge(rules.required.count / 16)
    for key in rules.required where fields[key] == nil {
      isFine = fail(node, "required", "the member \"\(key)\" is missing")
    }
    if !isFine, isDone { return false }
    if rules.looksAtMembers {
      for field in fields.fields {
        if !check(field, rules, node, &marks) { isFine = false }
        if !isFine, isDone { return false }
      }
    }
    if !rules.dependentRequired.isEmpty || !rules.dependentSchemas.isEmpty {
      if !checkDependencies(rules, node, fields, &marks) { isFine = false }
    }
    if let unevaluated = rules.unevaluated {
      for field in fields where !marks.properties.contains(field.key) {
        if !isFine, isDone { return false }
        if !member(field, unevaluated, node, "unevaluatedProperties") { isFine = false }
        marks.properties.insert(field.key)
      }
    }
    return isFine
  }

  private mutating func check(
    _ field: JSONField, _ rules: JSONSchemaNode.ObjectRules, _ node: JSONSchemaNode, _ marks: inout EvaluationMarks
  ) -> Bool {
    var isFine = true
    var isKnown = false
    if let schema = rules.property(field.key) {
      isKnown = true
      isFine = descend(schema, field.value, key: field.key)
    }
    for (pattern, schema) in rules.patterns where find(pattern, in: field.key, node, "patternProperties") {
      isKnown = true
      if !descend(schema, field.value, key: field.key) { isFine = false }
    }
    if !isKnown, let additional = rules.additional {
      isKnown = true
      isFine = member(field, additional, node, "additionalProperties")
    }
    if isKnown, marks.isOn { marks.properties.insert(field.key) }
    if let names = rules.names, !descend(names, .string(field.key), key: field.key) { isFine = false }
    return isFine
  }

  /// A member that no other keyword knows.
  private mutating func member(
    _ field: JSONField, _ schema: Int, _ node: JSONSchemaNode, _ keyword: String
  ) -> Bool {
    if refuses(schema) { return fail(node, keyword, node.unknown(field.key)) }
    return descend(schema, field.value, key: field.key)
  }

  private mutating func checkDependencies(
    _ rules: JSONSchemaNode.ObjectRules, _ node: JSONSchemaNode, _ fields: JSONObject, _ marks: inout EvaluationMarks
  ) -> Bool {
    var isFine = true
    for (key, needs) in rules.dependentRequired where fields[key] != nil {
      for need in needs where fields[need] == nil {
        isFine = fail(node, "dependentRequired", "the member \"\(need)\" is missing, which \"\(key)\" needs")
      }
    }
    for (key, schema) in rules.dependentSchemas where fields[key] != nil {
      if !isFine, isDone { return false }
      if !alongside(schema, .object(fields), &marks) { isFine = false }
    }
    return isFine
  }
}

extension JSONSchemaNode {
  fileprivate func unknown(_ key: String) -> String {
    let nearest = Suggestion.nearest(to: key, among: object?.properties.map(\.key) ?? [])
    return "unknown member \(JSONValue.string(key).excerpt)" + (nearest.map { " (did you mean \"\($0)\"?)" } ?? "")
  }
}

extension JSONSchemaNode.ObjectRules {
  var looksAtMembers: Bool { !properties.isEmpty || !patterns.isEmpty || additional != nil || names != nil }
}

extension [JSONValue] {
  /// The place of the first element that equals an earlier one.
  fileprivate var firstDuplicate: Int? {
    var seen: [JSONValue: [Int]] = [:]
    for (place, value) in enumerated() {
      let key = value.comparable
      if seen[key, default: []].contains(where: { self[$0].isEqualJSON(to: value) }) { return place }
      seen[key, default: []].append(place)
    }
    return nil
  }
}

extension JSONValue {
  /// Equal for all values that are equal as JSON Schema has it: a key for sets.
  fileprivate var comparable: JSONValue {
    switch self {
    case .number:
      decimal.map { [.bool($0.isNegative), .string($0.digits.description), JSONValue($0.exponent)] } ?? self
    case .integer: JSONValue.number(JSONNumber(validated: jsonText)).comparable
    case .array(let values): .array(values.map(\.comparable))
    case .object(let fields): .object(JSONObject(fields.map { JSONField(key: $0.key, value: $0.value.comparable) }))
    default: self
    }
  }
}
