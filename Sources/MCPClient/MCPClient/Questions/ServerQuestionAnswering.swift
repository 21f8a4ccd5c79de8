package import SCRProtocol

/// Who answers a server. For one call it is whoever made the call; beside calls, the session's own.
package protocol ServerQuestionAnswering: Sendable {
  /// Whether it is worth asking; decides what is declared to the server, too.
  func supports(_ question: InputRequest) -> Bool

  /// - Returns: the result of the question's method.
  /// - Throws: `CancellationError`, and what says why nobody can answer.
  func answer(_ question: InputRequest) async throws -> JSONValue

  /// Why it does not answer what it might, for the error that tells of it.
  func refusal(of question: InputRequest) -> String?
}

extension ServerQuestionAnswering {
  package func refusal(of question: InputRequest) -> String? { nil }
}

extension InputRequest {
  /// For an error's message: what was asked, in a line.
  var summary: String {
    let detail = params["message"]?.stringValue.map { " (\(String($0.prefix(200))))" } ?? ""
    return method.rawValue + detail
  }
}
