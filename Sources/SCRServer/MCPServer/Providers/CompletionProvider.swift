package import SCRProtocol

/// What a server offers to those who type arguments of its prompts and templates.
package protocol CompletionProvider: Sendable {
  /// - Returns: the best first; none for what nothing is known of. Of more than a hundred the first hundred are sent.
  /// - Throws: `RPCError`, −32602 for a prompt or template that does not exist.
  func complete(_ request: CompletionRequest) async throws -> Completion
}
