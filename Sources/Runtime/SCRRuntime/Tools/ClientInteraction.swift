package import SCRProtocol

/// Who can answer a tool in the middle of its call: the client of this very call, a stored approval, a person.
package protocol ClientInteraction: Sendable {
  /// Whether anybody is there for it: what a client has not declared is never asked of it.
  func supports(_ request: InputRequest) -> Bool

  /// Asks and waits for as long as the call lives.
  ///
  /// - Returns: the result of the method: an `ElicitResult`, a `CreateMessageResult` or a `ListRootsResult`.
  /// - Throws: `CancellationError`, and what says why nobody can answer.
  func answer(_ request: InputRequest) async throws -> JSONValue
}
