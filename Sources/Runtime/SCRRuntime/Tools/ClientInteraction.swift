package import SCRProtocol

/// What a tool asks of the client that had it called, in MCP's words.
package struct InteractionRequest: Sendable, Hashable {
  /// `elicitation/create`, `sampling/createMessage` or `roots/list`.
  package var method: String
  /// As the tool's server sent them, in the newest shape that it knows.
  package var params: JSONValue?

  package init(method: String, params: JSONValue? = nil) {
    self.method = method
    self.params = params
  }
}

/// Who can answer a tool in the middle of its call: the client of this very call, a stored approval, a person.
package protocol ClientInteraction: Sendable {
  /// Whether anybody is there for it: what a client has not declared is never asked of it.
  func supports(_ request: InteractionRequest) -> Bool

  /// Asks and waits for as long as the call lives.
  ///
  /// - Returns: the result of the method: an `ElicitResult`, a `CreateMessageResult` or a `ListRootsResult`.
  /// - Throws: `CancellationError`, and what says why nobody can answer.
  func answer(_ request: InteractionRequest) async throws -> JSONValue
}
