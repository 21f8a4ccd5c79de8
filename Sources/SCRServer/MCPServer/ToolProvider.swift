package import SCRProtocol

/// What a server offers as tools. The kit does the protocol; a provider knows nothing of eras or ids.
package protocol ToolProvider: Sendable {
  /// The tools in a stable order, the same for every connection (MCP 2026-07-28, tools/list). May wait for tools that
  /// are about to come; when the caller is cancelled it gives those that are there.
  func listTools() async -> ToolListing

  /// Answers a call on the reader's thread, for tools that take some microseconds at most.
  /// Nil sends the call through ``call(_:)``.
  func callInline(_ name: String, arguments: JSONSlice?) -> Result<CallToolResult, ToolCallFailure>?

  /// - Throws: ``ToolCallFailure``, `RPCError`, or `CancellationError` when the client no longer waits.
  func call(_ call: IncomingToolCall) async throws -> CallToolResult

  /// Whether ``observeChanges(_:)`` ever calls; the client is promised only what comes.
  var tellsOfChanges: Bool { get }

  /// Calls `onChange` whenever the list has changed, until the result is released.
  func observeChanges(_ onChange: @escaping @Sendable () -> Void) -> (any AnyObject & Sendable)?
}

extension ToolProvider {
  package func callInline(_ name: String, arguments: JSONSlice?) -> Result<CallToolResult, ToolCallFailure>? { nil }
  package var tellsOfChanges: Bool { false }
  package func observeChanges(_ onChange: @escaping @Sendable () -> Void) -> (any AnyObject & Sendable)? { nil }
}

package struct ToolListing: Sendable {
  package var tools: [MCPTool]
  /// How long a client may keep the list, in milliseconds; 0 while servers still start.
  package var ttlMs: Int

  package init(tools: [MCPTool], ttlMs: Int) {
    self.tools = tools
    self.ttlMs = ttlMs
  }
}

package struct IncomingToolCall: Sendable {
  package let name: String
  package let arguments: JSONObject
  /// The request that asks for it; its connection's ``MethodTable`` is told when it is answered.
  package let id: RequestID
  package let progress: ProgressReporter
  /// `_meta["dev.scr/idempotencyKey"]`: the same for every attempt of one intent (interface.md §5).
  package var idempotencyKey: String?
}

/// Why a call of a tool is no result.
package enum ToolCallFailure: Error, Sendable, Hashable {
  /// A JSON-RPC error −32602 in every era.
  case unknownTool(String)
  /// Arguments that a model could mend: a tool error where the revision has them, else −32602. `detail` becomes its
  /// structured content; leave it out for tools with an output schema that it does not satisfy.
  case invalidArguments(String, detail: JSONValue? = nil)
}
