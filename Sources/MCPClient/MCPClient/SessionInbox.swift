import SCRConnection
import SCRProtocol
import Synchronization

/// What a tool server may send on its own: progress of our calls, list changes, and a legacy server's pings.
final class SessionInbox: ConnectionHandler {
  private let progress = Mutex<[RequestID: @Sendable (JSONValue) -> Void]>([:])
  private let onToolsChanged: @Sendable () -> Void

  init(onToolsChanged: @escaping @Sendable () -> Void) { self.onToolsChanged = onToolsChanged }

  func expect(_ token: RequestID, _ handler: @escaping @Sendable (JSONValue) -> Void) {
    progress.withLock { $0[token] = handler }
  }

  func forget(_ token: RequestID) { progress.withLock { $0[token] = nil } }

  func receive(
    _ request: IncomingRequest, on connection: Connection, output: inout JSONWriter
  ) -> Disposition {
    guard request.method == "ping" else {
      return .error(
        RPCError(.methodNotFound, "this client declared no capability for \"\(request.method.prefix(200))\""))
    }
    output.response(request.id) { $0.raw("{}") }
    return .answered
  }

  func receive(_ notification: IncomingNotification, on connection: Connection) {
    switch notification.method {
    case "notifications/progress":
      guard let params = try? notification.params?.value(), let token = params["progressToken"].flatMap(RequestID.init)
      else { return }
      progress.withLock { $0[token] }?(params)
    case "notifications/tools/list_changed": onToolsChanged()
    default: break
    }
  }
}
