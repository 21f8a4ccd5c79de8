package import SCRConnection
package import SCRProtocol
import Synchronization

/// An MCP server on one connection: both eras at once, decided per request. Knows no runtime.
///
/// A `tools/call` of an inline tool is answered on the reader's thread without a task, a hop or a tree of the message.
package final class MCPServerHandler: ConnectionHandler {
  private struct Session {
    var admission: Admission
    var isReady = false
    var observation: (any AnyObject & Sendable)?
  }

  private let session: Mutex<Session>
  private let identity: ServerIdentity
  private let tools: ToolMethods
  private let methods: any MethodTable

  package init(identity: ServerIdentity, tools: any ToolProvider, methods: any MethodTable = NoMethods()) {
    self.identity = identity
    self.tools = ToolMethods(provider: tools, serverInfo: identity.serverInfo)
    self.methods = methods
    session = Mutex(Session(admission: Admission { methods.contains($0) }))
  }

  package func receive(
    _ request: IncomingRequest, on connection: Connection, output: inout JSONWriter
  ) -> Disposition {
    let members = request.params?.members("_meta", "name", "arguments")
    let meta = RequestMeta(members?.0)
    let decision = session.withLock { $0.admission.decide(request.method, meta) }
    switch decision {
    case .refuse(let error): return .error(error)
    case .serve(.native): return methods.receive(request, on: connection, output: &output)
    case .serve(let era):
      switch request.method {
      case "tools/call":
        let call = ToolCallRequest(
          id: request.id, name: members?.1, arguments: members?.2, meta: members?.0,
          progressToken: meta.progressToken, era: era)
        return tools.call(call, on: connection, output: &output)
      case "tools/list": return tools.list(request.params, era)
      case "server/discover" where era.isModern:
        output.response(request.id) { $0.value(identity.discoverResult) }
      case "initialize": return initialize(request, &output)
      case "ping": output.response(request.id) { $0.raw("{}") }
      default: return .error(Admission.unknown(request.method))
      }
      return .answered
    }
  }

  private func initialize(_ request: IncomingRequest, _ output: inout JSONWriter) -> Disposition {
    let members = request.params?.members("protocolVersion", "capabilities", "clientInfo")
    guard let version = members?.0?.string else {
      return .error(
        RPCError(
          .invalidParams, "\"protocolVersion\" must be the revision that the client wants to speak",
          path: "params.protocolVersion"))
    }
    for (name, member) in [("capabilities", members?.1), ("clientInfo", members?.2)] where member?.isObject == false {
      return .error(RPCError(.invalidParams, "\"\(name)\" must be an object", path: "params.\(name)"))
    }
    let revision = ProtocolRevision.negotiate(version)
    session.withLock { $0.admission.initialized(revision) }
    output.response(request.id) {
      $0.value(identity.initializeResult(revision, listChanged: tools.provider.tellsOfChanges))
    }
    return .answered
  }

  package func receive(_ notification: IncomingNotification, on connection: Connection) {
    guard notification.method == "notifications/initialized" else { return }
    let isFirst = session.withLock { session in
      if session.isReady || session.admission.legacyRevision == nil { return false }
      session.isReady = true
      return true
    }
    guard isFirst, tools.provider.tellsOfChanges else { return }
    let observation = tools.provider.observeChanges { [weak connection] in
      connection?.notifyLatest("notifications/tools/list_changed", params: nil)
    }
    session.withLock { $0.observation = observation }
  }

  /// Only revision 2025-03-26 has batches.
  package var acceptsBatches: Bool { session.withLock { $0.admission.legacyRevision == .march2025 } }

  package func answered(_ id: RequestID, on connection: Connection) { methods.answered(id, on: connection) }

  package func inputEnded(on connection: Connection) {
    session.withLock { $0.observation = nil }
    tools.inputEnded()
  }

  package func onlyStreamsLeft(on connection: Connection) { methods.onlyStreamsLeft(on: connection) }
}
