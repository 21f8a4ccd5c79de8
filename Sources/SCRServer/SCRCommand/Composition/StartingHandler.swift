import MCPServer
import SCRConnection
import SCRProtocol

/// Answers `server/discover` while the runtime is still being put together, so that a host learns at once what it talks
/// to. Everything else waits at the reader, whose thread may block, and keeps its order.
final class StartingHandler: ConnectionHandler {
  private let early: MCPServerHandler
  private let ready = Monitor<(any ConnectionHandler)?>(nil)

  init(_ identity: ServerIdentity) { early = MCPServerHandler(identity: identity, tools: NoTools()) }

  /// From now on `handler` gets everything.
  func begin(_ handler: any ConnectionHandler) {
    ready.withLock { $0 = handler }
    ready.signal()
  }

  func receive(_ request: IncomingRequest, on connection: Connection, output: inout JSONWriter) -> Disposition {
    if request.method == "server/discover", ready.withLock({ $0 == nil }) {
      return early.receive(request, on: connection, output: &output)
    }
    return handler.receive(request, on: connection, output: &output)
  }

  func receive(_ notification: IncomingNotification, on connection: Connection) {
    handler.receive(notification, on: connection)
  }

  func answered(_ id: RequestID, on connection: Connection) {
    ready.withLock { $0 }?.answered(id, on: connection)
  }

  func inputEnded(on connection: Connection) { handler.inputEnded(on: connection) }

  private var handler: any ConnectionHandler { ready.waitFor { $0 } }

  private struct NoTools: ToolProvider {
    func listTools() async -> ToolListing { ToolListing(tools: [], ttlMs: 0) }
    func call(_ call: IncomingToolCall) async throws -> CallToolResult { throw ToolCallFailure.unknownTool(call.name) }
  }
}
