package import SCRConnection
import SCRProcess
package import SCRProtocol
import Synchronization

/// One conversation with one tool server, in whichever era it speaks. Begins with ``probe(timeout:)`` or
/// ``initialize(timeout:)`` and ends with its pipe.
package final class MCPSession: Sendable {
  package let serverName: String
  let client: Implementation
  /// Answers beside calls, and what the answerer of a call does not.
  let answerer: (any ServerQuestionAnswering)?
  let inbox: SessionInbox
  let clock: any Clock<Duration>
  private let connectionBox = Mutex<Connection?>(nil)
  private let peerBox = Mutex<ServerPeer?>(nil)
  /// Of a legacy server: tools that only work as tasks.
  let taskTools = Mutex<Set<String>>([])

  private let tap: (any FrameTap)?

  /// - Parameters:
  ///   - answerer: of what a server asks that belongs to no call.
  ///   - tap: looks on at the frames of both sides.
  ///   - onChange: the server says that something has changed; called on the reader's thread.
  package init(
    serverName: String, client: Implementation, answerer: (any ServerQuestionAnswering)? = nil,
    clock: any Clock<Duration> = ContinuousClock(), tap: (any FrameTap)? = nil,
    onChange: @escaping @Sendable (ServerChange) -> Void = { _ in }
  ) {
    self.serverName = serverName
    self.client = client
    self.answerer = answerer
    self.clock = clock
    self.tap = tap
    inbox = SessionInbox(serverName: serverName, answerer: answerer, onChange: onChange)
  }

  /// The connection to feed with what the server writes. Made once per process of the server.
  package func connect(sink: any FrameSink, frameLimit: Int = 16 << 20) -> Connection {
    let connection = Connection(
      handler: inbox, sink: sink, limits: Connection.Limits(inFlight: 64, frame: frameLimit), answersMalformed: false,
      tap: tap)
    connectionBox.withLock { $0 = connection }
    return connection
  }

  /// Nil until the opening succeeded.
  package var peer: ServerPeer? { peerBox.withLock { $0 } }
  func adopt(_ peer: ServerPeer) { peerBox.withLock { $0 = peer } }

  /// Lines on its stdout that were no protocol, and answers to nothing.
  package var faults: Connection.Faults { connectionBox.withLock { $0 }?.faults ?? Connection.Faults() }

  func connection() throws -> Connection {
    guard let connection = connectionBox.withLock({ $0 }) else {
      throw MCPClientError(.exited, "\(serverName) is not running", wasSent: false)
    }
    return connection
  }

  // MARK: Requests

  /// One request on the wire and its answer, within its times.
  func request(_ method: String, _ params: JSONObject, _ options: CallOptions) async throws -> JSONValue {
    do { return try await once(method, params, options) } catch let error as RPCError {
      // Some servers refuse the first request of a version that they list themselves.
      guard error.code == ErrorKind.unsupportedVersion.code, peer?.revision.isModern == true,
        case .modern = EraProbe.decide(.error(error))
      else { throw error }
      return try await once(method, params, options)
    }
  }

  private func once(_ method: String, _ params: JSONObject, _ options: CallOptions) async throws -> JSONValue {
    let call = InFlightCall(options)
    defer { call.end() }
    let answer = try await withinTimes(options, call.pulse, method) { [self] in
      let token = Mutex<RequestID?>(nil)
      defer { if let token = token.withLock({ $0 }) { inbox.end(.request(token)) } }
      return try await connection().call(method) { id in
        token.withLock { $0 = id }
        if options.isReporting { inbox.begin(.request(id), call) }
        var params = params
        params["_meta"] = meta(options.isReporting ? id : nil, options, declared(options))
        return .object(params)
      }
    }
    return try answer.value()
  }

  private func withinTimes<Value: Sendable>(
    _ options: CallOptions, _ pulse: Pulse, _ method: String, _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    guard let idle = options.idleTimeout else {
      if let value = try await withDeadline(options.timeout, clock: clock, work) { return value }
      throw timedOut(method, "within \(options.timeout ?? .zero)")
    }
    return try await withThrowingTaskGroup(of: Value?.self) { group in
      group.addTask { [self] in
        if let value = try await withDeadline(options.timeout, clock: clock, work) { return value }
        throw timedOut(method, "within \(options.timeout ?? .zero)")
      }
      group.addTask { [clock] in
        try await pulse.silence(of: idle, by: clock)
        return nil
      }
      defer { group.cancelAll() }
      if let value = try await group.next() ?? nil { return value }
      throw timedOut(method, "and told of no progress for \(idle)")
    }
  }

  /// What the server may ask because of this request.
  private func declared(_ options: CallOptions) -> DeclaredCapabilities {
    DeclaredCapabilities(of: [options.answerer, answerer], tasks: options.mayBecomeTask)
  }

  func meta(_ id: RequestID?, _ options: CallOptions, _ declared: DeclaredCapabilities) -> JSONValue {
    if let peer, !peer.revision.isModern {
      var fields: JSONObject = [:]
      fields["progressToken"] = id?.json
      for field in options.extraMeta { fields[field.key] = field.value }
      return .object(fields)
    }
    return RequestMeta.json(
      client: client, capabilities: declared.json, progressToken: id, extra: options.extraMeta)
  }

  func timedOut(_ method: String, _ limit: String) -> MCPClientError {
    MCPClientError(.timeout, "\(serverName) did not answer \(method) \(limit)\(noise)")
  }

  /// What explains a time-out: the answer may have been among the lines that could not be read. Empty if there are none.
  var noise: String {
    let faults = faults
    guard faults.malformed > 0 else { return "" }
    let last = faults.lastMalformed.map { "; the last: \(ChildText.cleaned($0))" } ?? ""
    return "; lines on its stdout that were no protocol: \(faults.malformed)\(last)"
  }
}
