package import SCRProtocol

/// The tasks behind ``ToolAnswer/task(_:)``. The kit makes of it the tasks extension of revision 2026-07-28 and the
/// experimental tasks of 2025-11-25, whose `tasks/result` waits by ``observe(_:_:)`` and ``get(_:)``.
package protocol MCPTaskProvider: Sendable {
  /// Nil for a task that does not exist, or not any more.
  func get(_ id: String) async throws -> MCPTask?

  /// Takes answers to open requests, some or all of them; keys that nobody asked for are passed over.
  /// - Returns: false for a task that does not exist.
  func update(_ id: String, _ inputResponses: [String: JSONValue]) async throws -> Bool

  /// Cancels the task, unless it has ended.
  /// - Returns: the task as it is then; nil for one that does not exist.
  func cancel(_ id: String) async throws -> MCPTask?

  /// The newest first, by a key that stays the same. Only clients of revision 2025-11-25 see it.
  func tasks(_ page: PageRequest) async throws -> ProviderPage<MCPTask>

  /// Calls `onChange` with the task whenever it has changed, until the result is released. Nil for one that does not
  /// exist.
  func observe(_ id: String, _ onChange: @escaping @Sendable (MCPTask) -> Void) async -> (any AnyObject & Sendable)?
}

extension MCPTaskProvider {
  package func tasks(_ page: PageRequest) async throws -> ProviderPage<MCPTask> { ProviderPage(items: []) }
}
