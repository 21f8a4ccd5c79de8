package import SCRProtocol

/// What a server offers as tools. The kit does the protocol; a provider knows nothing of eras or ids.
package protocol ToolProvider: Sendable {
  /// The tools in a stable order, the same for every connection (MCP 2026-07-28, tools/list). May wait for tools that
  /// are about to come; when the caller is cancelled it gives those that are there.
  func listTools() async -> ToolListing

  /// Answers a call on the reader's thread, for tools that take some microseconds at most.
  /// Nil sends the call through ``answer(_:)``.
  func callInline(_ name: String, arguments: JSONSlice?) -> Result<CallToolResult, ToolCallFailure>?

  /// - Throws: ``ToolCallFailure``, ``InputRequired``, `RPCError`, or `CancellationError` when the client no longer waits.
  func call(_ call: IncomingToolCall) async throws -> CallToolResult

  /// As ``call(_:)``, which it calls unless a provider says otherwise; may answer with a task where
  /// ``IncomingToolCall/taskOffer`` is there. The task must be found by its ``MCPTaskProvider`` by then.
  func answer(_ call: IncomingToolCall) async throws -> ToolAnswer

  /// What `tools/list` says of the tool (``MCPTool/taskSupport``); asked for each call of a client of revision 2025-11-25.
  func taskSupport(of name: String) -> TaskSupport

  /// Whether ``observeChanges(_:)`` ever calls; the client is promised only what comes.
  var tellsOfChanges: Bool { get }

  /// Calls `onChange` whenever the list has changed, until the result is released.
  func observeChanges(_ onChange: @escaping @Sendable () -> Void) -> (any AnyObject & Sendable)?
}

extension ToolProvider {
  package func callInline(_ name: String, arguments: JSONSlice?) -> Result<CallToolResult, ToolCallFailure>? { nil }
  package func answer(_ call: IncomingToolCall) async throws -> ToolAnswer { .result(try await self.call(call)) }
  package func taskSupport(of name: String) -> TaskSupport { .forbidden }
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
  package let context: RequestContext
  /// `_meta["dev.scr/idempotencyKey"]`: the same for every attempt of one intent (interface.md §5).
  package var idempotencyKey: String?
  /// Nil where the client takes no task as an answer.
  package var taskOffer: TaskOffer?

  package init(
    name: String, arguments: JSONObject, context: RequestContext, idempotencyKey: String? = nil,
    taskOffer: TaskOffer? = nil
  ) {
    self.name = name
    self.arguments = arguments
    self.context = context
    self.idempotencyKey = idempotencyKey
    self.taskOffer = taskOffer
  }

  package init(name: String, arguments: JSONObject, id: RequestID, progress: ProgressReporter) {
    self.init(name: name, arguments: arguments, context: RequestContext(id: id, progress: progress))
  }

  package var id: RequestID { context.id }
  package var progress: ProgressReporter { context.progress }
}

/// That a call may be answered with a task.
package struct TaskOffer: Sendable, Hashable {
  /// Revision 2025-11-25 leaves it to the client: it must become one.
  package var isDemanded: Bool
  /// How long the client would have the task kept, in milliseconds.
  package var ttlMs: Int?

  package init(isDemanded: Bool = false, ttlMs: Int? = nil) {
    self.isDemanded = isDemanded
    self.ttlMs = ttlMs
  }
}

package enum ToolAnswer: Sendable, Hashable {
  case result(CallToolResult)
  case task(MCPTask)
}

/// Why a call of a tool is no result.
package enum ToolCallFailure: Error, Sendable, Hashable {
  /// A JSON-RPC error −32602 in every era.
  case unknownTool(String)
  /// Arguments that a model could mend: a tool error where the revision has them, else −32602. `detail` becomes its
  /// structured content; leave it out for tools with an output schema that it does not satisfy.
  case invalidArguments(String, detail: JSONValue? = nil)
}
