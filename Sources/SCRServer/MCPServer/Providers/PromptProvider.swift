package import SCRProtocol

/// What a server offers as prompts.
package protocol PromptProvider: Sendable {
  /// In a stable order of their names, which are the keys.
  func prompts(_ page: PageRequest) async throws -> ProviderPage<MCPPrompt>

  /// - Throws: ``PromptFailure``, ``InputRequired``, `RPCError`.
  func prompt(_ name: String, _ arguments: [String: String], _ context: RequestContext) async throws -> PromptResult

  /// Whether ``observeList(_:)`` ever calls.
  var tellsOfListChanges: Bool { get }
  /// Calls `onChange` whenever the list has changed, until the result is released.
  func observeList(_ onChange: @escaping @Sendable () -> Void) -> (any AnyObject & Sendable)?
}

extension PromptProvider {
  package var tellsOfListChanges: Bool { false }
  package func observeList(_ onChange: @escaping @Sendable () -> Void) -> (any AnyObject & Sendable)? { nil }
}

/// Why a prompt cannot be given: −32602.
package enum PromptFailure: Error, Sendable, Hashable {
  case unknownPrompt(String)
  /// An argument is missing, or is not what the prompt takes.
  case invalidArgument(String, name: String)
}
