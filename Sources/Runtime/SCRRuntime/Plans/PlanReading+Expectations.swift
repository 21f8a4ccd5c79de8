import SCRProtocol

extension PlanReading {
  static let comparisons = ["equals", "atLeast", "atMost", "contains", "matches", "schema"]

  mutating func expectations(in root: PlanObject, _ references: PlanReferences) -> [Expectation] {
    var expectations: [Expectation] = []
    for (place, value) in (array("expect", in: root) ?? []).enumerated() {
      guard let object = object(value, at: "\(root.path("expect"))[\(place)]") else { continue }
      if let expectation = expectation(object, references) { expectations.append(expectation) }
    }
    return expectations
  }

  private mutating func expectation(_ object: PlanObject, _ references: PlanReferences) -> Expectation? {
    switch (object.fields["step"] != nil, object.fields["value"] != nil) {
    case (true, false): return stepExpectation(object, references)
    case (false, true): return valueExpectation(object, references)
    default:
      refuseUnknownMembers(of: object, known: ["step", "notError", "value"] + Self.comparisons)
      report(object.path, "an expectation has either step and notError, or value and a comparison")
      return nil
    }
  }

  private mutating func stepExpectation(_ object: PlanObject, _ references: PlanReferences) -> Expectation? {
    refuseUnknownMembers(of: object, known: ["step", "notError"])
    let id = string("step", in: object)
    if let id, !references.ids.contains(id), references.isComplete {
      report(
        object.path("step"), "there is no step \"\(id.prefix(80))\"",
        hint: Self.didYouMean(id, references.ids.sorted()))
    }
    guard object.fields["notError"] == .bool(true) else {
      report(object.path("notError"), "expected notError: true", hint: "a step whose tool reports an error has failed")
      return nil
    }
    return id.map { .step($0, notError: true) }
  }

  private mutating func valueExpectation(_ object: PlanObject, _ references: PlanReferences) -> Expectation? {
    refuseUnknownMembers(of: object, known: ["value"] + Self.comparisons)
    let value = object.fields["value"] ?? .null
    _ = expressions(in: value, at: object.path("value"), references)
    let given = Self.comparisons.filter { object.fields[$0] != nil }
    guard let name = given.first, given.count == 1 else {
      report(object.path, "expected exactly one of \(Self.comparisons.joined(separator: ", "))")
      return nil
    }
    return comparison(name, in: object, references).map { .value(value, $0) }
  }

  private mutating func comparison(
    _ name: String, in object: PlanObject, _ references: PlanReferences
  ) -> Expectation.Comparison? {
    let operand = object.fields[name] ?? .null
    switch name {
    case "atLeast": return number(name, in: object).map { .atLeast($0) }
    case "atMost": return number(name, in: object).map { .atMost($0) }
    case "equals", "contains":
      _ = expressions(in: operand, at: object.path(name), references)
      return name == "equals" ? .equals(operand) : .contains(operand)
    case "matches":
      guard let pattern = string(name, in: object) else { return nil }
      return isSchema(["pattern": .string(pattern)], object.path(name)) ? .matches(pattern) : nil
    default: return isSchema(operand, object.path(name)) ? .schema(operand) : nil
    }
  }

  mutating func isSchema(_ schema: JSONValue, _ path: String) -> Bool {
    do throws(JSONSchemaError) {
      _ = try JSONSchema.compile(schema)
      return true
    } catch {
      report(path, error.message)
      return false
    }
  }
}
