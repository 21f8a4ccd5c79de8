/// One check of a value. Paths are put together only once something is wrong, on the way back up.
struct JSONSchemaCheck {
  private let nodes: [JSONSchemaNode]
  private let dynamics: JSONSchemaDynamics
  /// The resources that the check is within, outermost first: kept only where dynamic references ask for them.
  private var scope: [Int] = []
  private(set) var violations: [JSONSchemaViolation] = []
  /// While only the verdict counts: nothing is reported, the first violation ends the check.
  var isQuiet = false
  /// What stopped the check before it had a verdict; it then is the only violation, since "no" might mean "yes" further
  /// up (`not`).
  private var exhaustion: JSONSchemaViolation?
  private var depth = 0
  private var steps = 0
  private var patternSteps: Int

  init(
    _ nodes: [JSONSchemaNode], dynamics: JSONSchemaDynamics = JSONSchemaDynamics(),
    patternSteps: Int = JSONSchemaLimits.patternSteps
  ) {
    self.nodes = nodes
    self.dynamics = dynamics
    self.patternSteps = patternSteps
  }

  mutating func run(_ root: Int, _ value: JSONValue) {
    var marks = EvaluationMarks()
    _ = check(root, value, &marks)
    if let exhaustion { violations = [exhaustion] }
  }

  var isDone: Bool { isQuiet || violations.count >= JSONSchemaLimits.violations }

  /// Always false, so that a rule can return it.
  mutating func fail(_ node: JSONSchemaNode, _ keyword: String, _ message: @autoclosure () -> String) -> Bool {
    if !isDone {
      let path = keyword.isEmpty ? node.path : "\(node.path)/\(keyword)"
      violations.append(JSONSchemaViolation(instancePath: "", schemaPath: path, message: message()))
    }
    return false
  }

  mutating func check(_ place: Int, _ value: JSONValue, _ marks: inout EvaluationMarks) -> Bool {
    let node = nodes[place]
    if let verdict = node.verdict { return verdict || fail(node, "", "no value is allowed here") }
    charge(1)
    if exhaustion != nil { return false }
    depth += 1
    defer { depth -= 1 }
    if !dynamics.isEmpty, scope.last != node.resource {
      scope.append(node.resource)
      defer { scope.removeLast() }
      return check(node, value, &marks)
    }
    return check(node, value, &marks)
  }

  private mutating func check(_ node: JSONSchemaNode, _ value: JSONValue, _ marks: inout EvaluationMarks) -> Bool {
    if node.types != .all, !node.types.accept(value) {
      return fail(node, "type", "expected \(node.types.words), found \(value.typeName)")
    }
    let isFine: Bool
    if node.array?.unevaluated == nil, node.object?.unevaluated == nil {
      isFine = apply(node, value, &marks)
    } else {
      var own = EvaluationMarks(isOn: true)
      isFine = apply(node, value, &own)
      marks.merge(own)
    }
    return isFine
  }

  private mutating func apply(
    _ node: JSONSchemaNode, _ value: JSONValue, _ marks: inout EvaluationMarks
  ) -> Bool {
    var isFine = true
    if let general = node.general, !check(general, node, value, &marks) { isFine = false }
    if !isFine, isDone { return false }
    switch value {
    case .string(let text):
      if let rules = node.string, !check(rules, node, text) { isFine = false }
    case .integer, .number:
      if let rules = node.number, !check(rules, node, value) { isFine = false }
    case .array(let values):
      if let rules = node.array, !check(rules, node, values, &marks) { isFine = false }
    case .object(let fields):
      if let rules = node.object, !check(rules, node, fields, &marks) { isFine = false }
    case .null, .bool: break
    }
    return isFine
  }

  /// Whether a pattern is found in a text. Without enough steps for a verdict the whole check has none.
  mutating func find(
    _ pattern: JSONSchemaPattern, in text: String, _ node: JSONSchemaNode, _ keyword: String
  ) -> Bool {
    if let isFound = pattern.matches(text, steps: &patternSteps) { return isFound }
    exhaust(at: "\(node.path)/\(keyword)", "the text is too long to check against /\(pattern.source)/")
    return false
  }

  /// Counts what a rule does beside applying subschemas; beyond the limit the check has no verdict.
  mutating func charge(_ count: Int) {
    steps += count
    if steps > JSONSchemaLimits.steps || depth >= JSONSchemaLimits.depth {
      exhaust(at: nodes[0].path, "checking the value takes too many steps")
    }
  }

  /// What a dynamic reference means here: the outermost resource decides that has its anchor.
  func target(of reference: JSONSchemaDynamics.Reference) -> Int {
    guard let anchor = reference.anchor, let targets = dynamics.targets[anchor] else { return reference.initial }
    for resource in scope {
      if let target = targets[resource] { return target }
    }
    return reference.initial
  }

  private mutating func exhaust(at path: String, _ message: String) {
    exhaustion = exhaustion ?? JSONSchemaViolation(instancePath: "", schemaPath: path, message: message)
  }

  func refuses(_ place: Int) -> Bool { nodes[place].verdict == false }

  /// Checks a member or element; what it evaluates is its own affair.
  mutating func descend(_ place: Int, _ value: JSONValue, key: String) -> Bool {
    let before = violations.count
    var marks = EvaluationMarks()
    if check(place, value, &marks) { return true }
    for index in before..<violations.count { violations[index].prefix(key: key) }
    return false
  }

  mutating func descend(_ place: Int, _ value: JSONValue, index: Int) -> Bool {
    let before = violations.count
    var marks = EvaluationMarks()
    if check(place, value, &marks) { return true }
    for violation in before..<violations.count { violations[violation].prefix(index: index) }
    return false
  }

  /// Checks the same value against another schema.
  mutating func alongside(_ place: Int, _ value: JSONValue, _ marks: inout EvaluationMarks) -> Bool {
    guard marks.isOn else { return check(place, value, &marks) }
    var inner = EvaluationMarks(isOn: true)
    guard check(place, value, &inner) else { return false }
    marks.merge(inner)
    return true
  }

  /// The verdict alone.
  mutating func accepts(_ place: Int, _ value: JSONValue, _ marks: inout EvaluationMarks) -> Bool {
    let wasQuiet = isQuiet
    isQuiet = true
    defer { isQuiet = wasQuiet }
    return alongside(place, value, &marks)
  }
}

/// What subschemas have looked at, for `unevaluatedProperties` and `unevaluatedItems`.
struct EvaluationMarks {
  /// Off unless somebody asks, since keeping marks costs.
  var isOn = false
  var properties: Set<String> = []
  var items: Set<Int> = []

  mutating func merge(_ other: EvaluationMarks) {
    guard isOn else { return }
    properties.formUnion(other.properties)
    items.formUnion(other.items)
  }
}

extension JSONTypeSet {
  func accept(_ value: JSONValue) -> Bool {
    switch value {
    case .null: contains(.null)
    case .bool: contains(.boolean)
    case .integer: contains(.integer)
    case .number:
      isSuperset(of: .number) || isDisjoint(with: .number)
        ? contains(.integer)
        : (value.decimal?.isInteger ?? false) == contains(.integer)
    case .string: contains(.string)
    case .array: contains(.array)
    case .object: contains(.object)
    }
  }
}
