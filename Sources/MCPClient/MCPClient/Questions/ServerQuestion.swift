package import SCRProtocol

/// What a server asks its client: in the middle of a call as a result of the modern era, or as a request of a legacy one.
package struct ServerQuestion: Sendable, Hashable {
  package static let elicitation = "elicitation/create"
  package static let sampling = "sampling/createMessage"
  package static let roots = "roots/list"
  package static let methods: Set<String> = [elicitation, sampling, roots]

  package var method: String
  package var params: JSONValue?

  package init(method: String, params: JSONValue? = nil) {
    self.method = method
    self.params = params
  }

  /// Of an elicitation: whether a person is to open an address instead of filling in a form.
  package var isURL: Bool { method == Self.elicitation && params?["mode"] == "url" }

  /// For an error's message: what was asked, in a line.
  package var summary: String {
    let detail = params?["message"]?.stringValue.map { " (\(String($0.prefix(200))))" } ?? ""
    return method + detail
  }
}

/// Who answers a server. For one call it is whoever made the call; beside calls, the session's own.
package protocol ServerQuestionAnswering: Sendable {
  /// Whether it is worth asking; decides what is declared to the server, too.
  func supports(_ question: ServerQuestion) -> Bool

  /// - Returns: the result of the question's method.
  /// - Throws: `CancellationError`, and what says why nobody can answer.
  func answer(_ question: ServerQuestion) async throws -> JSONValue

  /// Why it does not answer what it might, for the error that tells of it.
  func refusal(of question: ServerQuestion) -> String?
}

extension ServerQuestionAnswering {
  package func refusal(of question: ServerQuestion) -> String? { nil }
}
