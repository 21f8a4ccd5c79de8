package import SCRConnection
package import SCRProtocol

/// An MCP server on one connection: all revisions at once, decided per request. Knows no runtime.
///
/// A `tools/call` of an inline tool is answered on the reader's thread without a task, a hop or a tree of the message.
package final class MCPServerHandler: ConnectionHandler {
  let identity: ServerIdentity
  let offer: ServerOffer
  let limits: ServerLimits
  let session: ClientSession
  let results: ResultWriter
  let rounds: InputRounds
  let subscriptions: Subscriptions
  let watches: TaskWatches
  private let tools: ToolMethods?
  private let methods: any MethodTable

  /// - Parameters:
  ///   - methods: what else is answered, beside MCP's.
  ///   - key: signs what clients carry for us. Servers that share it take each other's stateless `requestState`.
  package init(
    identity: ServerIdentity, offer: ServerOffer, methods: any MethodTable = NoMethods(),
    limits: ServerLimits = ServerLimits(), key: HMACSHA256 = .random(), clock: ServerClock = .system
  ) {
    self.identity = identity
    self.offer = offer
    self.limits = limits
    self.methods = methods
    session = ClientSession { methods.contains($0) }
    results = ResultWriter(serverInfo: identity.serverInfo)
    rounds = InputRounds(
      serverInfo: identity.serverInfo, limits: limits, clock: clock,
      seal: RequestStateSeal(key: key, now: clock.now, lifetime: limits.patience),
      suspensions: Suspensions(limits, clock))
    subscriptions = Subscriptions(limits)
    watches = TaskWatches(limit: limits.watchedTasks)
    tools = offer.tools.map {
      ToolMethods(provider: $0, serverInfo: identity.serverInfo, offersTasks: offer.tasks != nil)
    }
  }

  package convenience init(
    identity: ServerIdentity, tools: any ToolProvider, methods: any MethodTable = NoMethods()
  ) {
    self.init(identity: identity, offer: ServerOffer(tools: tools), methods: methods)
  }

  package func receive(
    _ request: IncomingRequest, on connection: Connection, output: inout JSONWriter
  ) -> Disposition {
    let members = request.params?.members("_meta", "name", "arguments")
    let meta = RequestMeta(members?.0)
    switch session.decide(request.method, meta) {
    case .refuse(let error): return .error(error)
    case .serve(.native): return methods.receive(request, on: connection, output: &output)
    case .serve(let era):
      if let tools, request.method == "tools/call" {
        let call = ToolCallRequest(
          request: request, name: members?.1, arguments: members?.2, meta: members?.0,
          progressToken: meta.progressToken, era: era, connection: connection)
        return tools.call(call, of: self, output: &output)
      }
      let admitted = AdmittedRequest(
        id: request.id, method: request.method, params: request.params, meta: members?.0,
        progressToken: meta.progressToken, era: era, connection: connection)
      return route(admitted, &output)
    }
  }

  private func route(_ request: AdmittedRequest, _ output: inout JSONWriter) -> Disposition {
    switch request.method {
    case "server/discover" where request.era.isModern:
      output.response(request.id) { $0.value(identity.discoverResult(offer)) }
      return .answered
    case "initialize": return initialize(request, &output)
    case "ping":
      output.response(request.id) { $0.raw("{}") }
      return .answered
    case "tools/list": return tools?.list(request, results) ?? unknown(request)
    case "subscriptions/listen" where request.era.isModern:
      return subscriptions.listen(request, offer, session.client(request.era, request.meta))
    case "logging/setLevel" where !request.era.isModern: return setLogLevel(request, &output)
    default:
      return resources(request) ?? prompts(request) ?? tasks(request) ?? completion(request) ?? unknown(request)
    }
  }

  private func unknown(_ request: AdmittedRequest) -> Disposition { .error(Admission.unknown(request.method)) }

  package func receive(_ notification: IncomingNotification, on connection: Connection) {
    if notification.method == "notifications/initialized", session.becomeReady() { observeLists(on: connection) }
  }

  /// Only revision 2025-03-26 has batches.
  package var acceptsBatches: Bool { session.legacyRevision == .march2025 }

  package func answered(_ id: RequestID, on connection: Connection) {
    subscriptions.answered(id, on: connection)
    methods.answered(id, on: connection)
  }

  package func inputEnded(on connection: Connection) {
    session.inputEnded()
    rounds.suspensions.end()
    watches.end()
    tools?.inputEnded()
    methods.inputEnded(on: connection)
    subscriptions.inputEnded()
  }
}

/// A request whose era is decided.
struct AdmittedRequest: Sendable {
  let id: RequestID
  let method: String
  let params: JSONSlice?
  let meta: JSONSlice?
  let progressToken: JSONSlice?
  let era: Era
  let connection: Connection

  func interactive(_ subject: String, _ session: ClientSession) -> InteractiveRequest {
    InteractiveRequest(
      id: id, method: method, subject: subject, params: params, meta: meta, progressToken: progressToken, era: era,
      client: session.client(era, meta), connection: connection)
  }

  /// - Throws: `RPCError` −32602.
  func text(_ member: StaticString) throws(RPCError) -> String {
    if let text = params?.member(member)?.string { return text }
    throw RPCError(.invalidParams, "\"\(member)\" must be a string", path: "params.\(member)")
  }

  /// All parameters, as a tree.
  func tree() throws(RPCError) -> JSONValue {
    do throws(JSONParseError) { return try params?.value() ?? [:] } catch {
      throw RPCError(.invalidParams, "the parameters are too large: \(error)", path: "params")
    }
  }
}
