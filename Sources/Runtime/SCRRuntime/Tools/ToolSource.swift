package import SCRProtocol

/// Where tools come from: the native ones, or one tool server. The registry asks sources; it knows no transport.
package protocol ToolSource: Sendable {
  /// The server's name, nil for native tools.
  var serverName: String? { get }

  /// What is known now, without waiting. Empty while a server starts.
  var tools: [ToolDescriptor] { get }

  var status: ToolServerStatus { get }

  /// Returns when the source is ready or has failed to become so, at the latest when the task is cancelled.
  func settle() async

  /// - Throws: `ToolError` when no result came; a tool's own failure is a result. Cancelling the task cancels the call
  ///   down to the server.
  func call(_ call: ToolCall) async throws -> ToolResult
}

/// A native tool whose work is so short that it runs on the caller's thread.
package protocol InlineTool: Sendable {
  var descriptor: ToolDescriptor { get }
  /// Must neither block nor take longer than some microseconds.
  func run(_ arguments: JSONObject) -> ToolResult
}

/// The state of one tool server as `status`, `list_servers` and `scr mcp list` show it.
package struct ToolServerStatus: Sendable, Hashable {
  package enum State: String, Sendable, Hashable {
    case configured, starting, ready, failed, restarting, stopped, disabled
    case needsApproval = "needs_approval"
  }

  package var state: State
  package var toolCount: Int
  package var restarts: Int
  package var protocolRevision: String?
  package var pid: Int32?
  /// Why it is not ready, with the end of its stderr.
  package var reason: String?
  /// Of its tools: those that cannot be offered, each with the reason.
  package var leftOut: [String]

  package init(
    state: State, toolCount: Int = 0, restarts: Int = 0, protocolRevision: String? = nil, pid: Int32? = nil,
    reason: String? = nil, leftOut: [String] = []
  ) {
    self.state = state
    self.toolCount = toolCount
    self.restarts = restarts
    self.protocolRevision = protocolRevision
    self.pid = pid
    self.reason = reason
    self.leftOut = leftOut
  }
}
