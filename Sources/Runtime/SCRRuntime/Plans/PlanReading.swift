import SCRProtocol

/// Reads members of a plan's objects and gathers what is wrong, so that one run finds every problem.
struct PlanReading {
  let source: SourceMap
  /// It is the plan of a goal: planners and critics are agents as well.
  var isGrown = false
  private var found: [PlanProblem] = []

  init(source: SourceMap) { self.source = source }

  mutating func report(
    _ path: String, _ message: String, hint: String? = nil, kind: ErrorKind = .invalidPlan
  ) {
    guard found.count < PlanLimits.problems else { return }
    found.append(PlanProblem(kind, path: path, message, hint: hint, location: source[path]))
  }

  /// In the order of the file, or of the checks where there is none.
  var problems: [PlanProblem] {
    found.enumerated().sorted { left, right in
      guard let first = left.element.location, let second = right.element.location else {
        return left.offset < right.offset
      }
      return (first.line, first.column, left.offset) < (second.line, second.column, right.offset)
    }.map(\.element)
  }

  mutating func reportMismatch(_ path: String, expected: String, found: JSONValue) {
    report(path, "expected \(expected), found \(found.typeName)")
  }
}

/// An object of the plan and where it stands.
struct PlanObject {
  let fields: JSONObject
  let path: String

  func path(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}

extension PlanReading {
  mutating func object(_ value: JSONValue, at path: String) -> PlanObject? {
    guard let fields = value.objectValue else {
      reportMismatch(path, expected: "an object", found: value)
      return nil
    }
    return PlanObject(fields: fields, path: path)
  }

  mutating func object(_ key: String, in object: PlanObject) -> PlanObject? {
    guard let value = object.fields[key] else { return nil }
    return self.object(value, at: object.path(key))
  }

  mutating func array(_ key: String, in object: PlanObject) -> [JSONValue]? {
    guard let value = object.fields[key] else { return nil }
    guard let values = value.arrayValue else {
      reportMismatch(object.path(key), expected: "an array", found: value)
      return nil
    }
    return values
  }

  mutating func string(_ key: String, in object: PlanObject) -> String? {
    guard let value = object.fields[key] else { return nil }
    guard let text = value.stringValue else {
      reportMismatch(object.path(key), expected: "a string", found: value)
      return nil
    }
    if text.isEmpty { report(object.path(key), "expected a text that is not empty") }
    return text.isEmpty ? nil : text
  }

  mutating func integer(_ key: String, in object: PlanObject, _ range: ClosedRange<Int>) -> Int? {
    guard let value = object.fields[key] else { return nil }
    guard let number = value.integerValue else {
      reportMismatch(object.path(key), expected: "an integer", found: value)
      return nil
    }
    guard let integer = Int(exactly: number), range.contains(integer) else {
      report(object.path(key), "\(number) is outside \(range.lowerBound)…\(range.upperBound)")
      return nil
    }
    return integer
  }

  mutating func number(_ key: String, in object: PlanObject) -> Double? {
    guard let value = object.fields[key] else { return nil }
    guard let number = value.doubleValue else {
      reportMismatch(object.path(key), expected: "a number", found: value)
      return nil
    }
    return number
  }

  /// One of a fixed set of words.
  mutating func word<Word: RawRepresentable & CaseIterable>(
    _ key: String, in object: PlanObject, _ type: Word.Type
  ) -> Word? where Word.RawValue == String {
    guard let text = string(key, in: object) else { return nil }
    if let word = Word(rawValue: text) { return word }
    let words = type.allCases.map(\.rawValue)
    report(
      object.path(key),
      "\(JSONValue.string(String(text.prefix(80))).jsonText) is none of \(words.joined(separator: ", "))",
      hint: Self.didYouMean(text, words))
    return nil
  }

  mutating func refuseUnknownMembers(of object: PlanObject, known: [String]) {
    for key in object.fields.keys where !known.contains(key) {
      report(
        object.path(key), "unknown member \(JSONValue.string(String(key.prefix(80))).jsonText)",
        hint: Self.didYouMean(key, known) ?? "known are \(known.joined(separator: ", "))")
    }
  }

  static func didYouMean(_ name: String, _ candidates: some Sequence<String>) -> String? {
    Suggestion.hint(name, among: candidates)
  }
}
