package import SCRProtocol

/// What a step waits for, as its plan says it. Texts may hold expressions.
package struct WaitSpec: Sendable, Hashable {
  package enum Form: Sendable, Hashable {
    /// Somebody chooses one of `options`. Without any they are approve and reject, and reject fails the step.
    case approval(question: String, options: [String])
    /// Somebody gives a value as `schema` has it.
    case input(question: String, schema: JSONValue)
    /// A message of that name; with a key only one of the same key.
    case event(name: String, key: String?)
    case time(Moment)
  }

  package enum Moment: Sendable, Hashable {
    /// So long after the step begins to wait.
    case after(Duration)
    /// RFC 3339, maybe with expressions.
    case at(String)
  }

  package var form: Form
  /// How long it waits at most; nil is as long as the task lives.
  package var timeout: Duration?
  package var onTimeout: WaitTimeoutPolicy

  package init(_ form: Form, timeout: Duration? = nil, onTimeout: WaitTimeoutPolicy = .fail) {
    self.form = form
    self.timeout = timeout
    self.onTimeout = onTimeout
  }
}

/// What becomes of a step whose wait was too long.
package enum WaitTimeoutPolicy: String, Sendable, Hashable, CaseIterable {
  case fail
  /// The step completes with the value `{timedOut: true}`.
  case `continue`
}

extension WaitSpec {
  /// Every text that may hold expressions, with its place below `wait`.
  var templates: [(path: String, text: String)] {
    switch form {
    case .approval(let question, _): [("approval.question", question)]
    case .input(let question, _): [("input.question", question)]
    case .event(_, let key): key.map { [("event.key", $0)] } ?? []
    case .time(.at(let text)): [("time.until", text)]
    case .time(.after): []
    }
  }

  /// With its expressions replaced by values.
  /// - Throws: ``TemplateError``, also for a moment that is none.
  func resolved(in scope: TemplateScope) throws(TemplateError) -> WaitSpec {
    var copy = self
    switch form {
    case .approval(let question, let options):
      copy.form = .approval(question: try Self.text(question, "question", scope), options: options)
    case .input(let question, let schema):
      copy.form = .input(question: try Self.text(question, "question", scope), schema: schema)
    case .event(let name, let key):
      guard let key else { break }
      copy.form = .event(name: name, key: try Self.text(key, "key", scope))
    case .time(.at(let text)):
      let moment = try Self.text(text, "moment", scope)
      guard Timestamp(moment) != nil else {
        throw TemplateError("\"\(moment.prefix(100))\" is no RFC 3339 time (write it as 2026-11-23T20:34:25Z)")
      }
      copy.form = .time(.at(moment))
    case .time(.after): break
    }
    return copy
  }

  /// Bytes of a text that somebody is to read, or that tells events apart.
  static let textBytes = 16 << 10

  private static func text(_ template: String, _ what: String, _ scope: TemplateScope) throws(TemplateError) -> String {
    var budget = ValueBudget(of: "the \(what)", bytes: ValueBudget.argumentBytes)
    let value = try JSONValue.string(template).resolved(in: scope, &budget)
    let text = value.stringValue ?? value.jsonText
    guard text.utf8.count <= textBytes else {
      throw TemplateError("the \(what) is over the limit of \(textBytes >> 10) KiB", kind: .tooLarge)
    }
    return text
  }
}
