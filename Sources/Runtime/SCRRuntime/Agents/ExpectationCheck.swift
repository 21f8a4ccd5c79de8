import SCRProtocol

/// Whether a finished plan's values are what its `expect` asks for. Pure.
package enum ExpectationCheck {
  package struct Verdict: Sendable, Hashable {
    /// The place in `expect`, 0-based.
    package var index: Int
    package var passed: Bool
    /// What was expected and what was found, in words.
    package var message: String

    package init(index: Int, passed: Bool, message: String) {
      self.index = index
      self.passed = passed
      self.message = message
    }
  }

  /// One verdict for each expectation, in their order. A value that cannot be had is a failed expectation.
  package static func verdicts(of expectations: [Expectation], in scope: TemplateScope) -> [Verdict] {
    expectations.enumerated().map { index, expectation in
      switch expectation {
      case .step(let id, let notError): step(id, notError, in: scope, index)
      case .value(let template, let comparison): value(template, comparison, in: scope, index)
      }
    }
  }

  private static func step(_ id: String, _ notError: Bool, in scope: TemplateScope, _ index: Int) -> Verdict {
    guard let value = scope.steps[id] else {
      return Verdict(index: index, passed: false, message: "the step \(id) has no value")
    }
    let isError = value["isError"]?.boolValue ?? false
    let found = isError ? "reported an error" : "reported no error"
    return Verdict(index: index, passed: isError != notError, message: "the step \(id) \(found)")
  }

  private static func value(
    _ template: JSONValue, _ comparison: Expectation.Comparison, in scope: TemplateScope, _ index: Int
  ) -> Verdict {
    do throws(TemplateError) {
      let found = try template.resolved(in: scope)
      let (passed, wanted) = try comparison.judge(found, in: scope)
      let subject = template.stringValue.map { $0 == found.stringValue ? "" : " for \($0.shortened)" } ?? ""
      return Verdict(
        index: index, passed: passed, message: "expected \(wanted), found \(found.shortText)\(subject)")
    } catch { return Verdict(index: index, passed: false, message: error.message) }
  }
}

extension Expectation.Comparison {
  /// - Returns: the verdict, and what was wanted in words.
  fileprivate func judge(_ found: JSONValue, in scope: TemplateScope) throws(TemplateError) -> (Bool, String) {
    switch self {
    case .equals(let template):
      let wanted = try template.resolved(in: scope)
      return (found.isEqualJSON(to: wanted), wanted.shortText)
    case .atLeast(let bound): return (found.doubleValue.map { $0 >= bound } ?? false, "at least \(Self.text(bound))")
    case .atMost(let bound): return (found.doubleValue.map { $0 <= bound } ?? false, "at most \(Self.text(bound))")
    case .contains(let template):
      let part = try template.resolved(in: scope)
      return (found.holds(part), "something that contains \(part.shortText)")
    case .matches(let pattern):
      let schema = try? JSONSchema.compile(["type": "string", "pattern": .string(pattern)])
      return (schema?.validate(found).isEmpty ?? false, "text that matches /\(pattern.shortened)/")
    case .schema(let schema):
      do throws(JSONSchemaError) {
        let violation = try JSONSchema.compile(schema).validate(found).first
        return (violation == nil, "a value as the schema has it\(violation.map { " — \($0)" } ?? "")")
      } catch { return (false, "a value as the schema has it, which cannot be read: \(error)") }
    }
  }

  private static func text(_ bound: Double) -> String { JSONValue(bound).jsonText }
}

extension JSONValue {
  /// A text holds a part of it, an array an element, an object members with the same values.
  fileprivate func holds(_ part: JSONValue) -> Bool {
    switch (self, part) {
    case (.string(let text), .string(let part)): text.contains(part)
    case (.array(let values), _): values.contains { $0.isEqualJSON(to: part) }
    case (.object(let fields), .object(let members)):
      members.allSatisfy { member in fields[member.key].map { $0.isEqualJSON(to: member.value) } ?? false }
    default: false
    }
  }

  fileprivate var shortText: String { jsonText.shortened }
}

extension String {
  /// At most 200 characters, as an error quotes a text.
  fileprivate var shortened: String { count <= 200 ? self : "\(prefix(200))…" }
}
