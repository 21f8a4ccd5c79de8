import SCRConnection
import SCRProtocol

// What only revisions with a session have.
extension MCPServerHandler {
  func initialize(_ request: AdmittedRequest, _ output: inout JSONWriter) -> Disposition {
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
    let capabilities = (try? members?.1?.value())?.objectValue ?? [:]
    let info = (try? members?.2?.value()).flatMap(Implementation.init)
    session.initialized(
      revision, ClientSession.Client(capabilities: ClientCapabilities(capabilities), info: info))
    output.response(request.id) { $0.value(identity.initializeResult(revision, offer)) }
    return .answered
  }

  /// The client has said that it is ready: it is told of changes from now on.
  func observeLists(on connection: Connection) {
    func tell(_ method: String) -> @Sendable () -> Void {
      { [weak connection] in connection?.notifyLatest(method, params: nil) }
    }
    if let tools = offer.tools, tools.tellsOfChanges {
      session.keep(tools.observeChanges(tell("notifications/tools/list_changed")))
    }
    if let resources = offer.resources, resources.tellsOfListChanges {
      session.keep(resources.observeList(tell("notifications/resources/list_changed")))
    }
    if let prompts = offer.prompts, prompts.tellsOfListChanges {
      session.keep(prompts.observeList(tell("notifications/prompts/list_changed")))
    }
  }

  func setLogLevel(_ request: AdmittedRequest, _ output: inout JSONWriter) -> Disposition {
    guard offer.logs else { return .error(Admission.unknown(request.method)) }
    guard let level = request.params?.member("level")?.string.flatMap(LoggingLevel.init) else {
      let levels = LoggingLevel.allCases.map(\.rawValue).joined(separator: ", ")
      return .error(RPCError(.invalidParams, "\"level\" must be one of \(levels)", path: "params.level"))
    }
    session.setLogLevel(level)
    output.response(request.id) { $0.raw("{}") }
    return .answered
  }
}
