package import SCRConnection
import SCRProcess
package import SCRProtocol
import Synchronization

/// One conversation with one tool server, in whichever era it speaks. Begins with ``open(over:)`` and ends with its pipe.
package final class MCPSession: Sendable {
  /// What the server told of itself.
  package struct Peer: Sendable, Hashable {
    package var revision: ProtocolRevision
    package var implementation: Implementation?
    package var instructions: String?
    package var offersTools: Bool
  }

  package let serverName: String
  private let client: Implementation
  private let inbox: SessionInbox
  private let connectionBox = Mutex<Connection?>(nil)
  private let peerBox = Mutex<Peer?>(nil)
  private let clock: any Clock<Duration>
  private let tap: (any FrameTap)?

  /// - Parameters:
  ///   - tap: looks on at the frames of both sides.
  ///   - onToolsChanged: the server says that its list has changed; called on the reader's thread.
  package init(
    serverName: String, client: Implementation, clock: any Clock<Duration> = ContinuousClock(),
    tap: (any FrameTap)? = nil, onToolsChanged: @escaping @Sendable () -> Void = {}
  ) {
    self.serverName = serverName
    self.client = client
    self.clock = clock
    self.tap = tap
    inbox = SessionInbox(onToolsChanged: onToolsChanged)
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
  package var peer: Peer? { peerBox.withLock { $0 } }
  /// Lines on its stdout that were no protocol, and answers to nothing.
  package var faults: Connection.Faults { connectionBox.withLock { $0 }?.faults ?? Connection.Faults() }

  // MARK: Opening

  /// Asks `server/discover` and says what follows from the answer.
  /// - Throws: ``MCPClientError`` `refused`, ``ConnectionError``.
  package func probe(timeout: Duration) async throws -> EraProbe.Decision {
    let params: JSONObject = ["_meta": meta(nil)]
    let answer: EraProbe.Answer
    do {
      let result = try await withDeadline(timeout, clock: clock) { [self] in
        try await connection().call("server/discover") { _ in .object(params) }
      }
      answer = try result.map { .result(try $0.value()) } ?? .silence
    } catch let error as RPCError { answer = .error(error) }
    let decision = EraProbe.decide(answer)
    if case .refused(let reason) = decision {
      throw MCPClientError(.refused, "\(serverName) is of no use to this client: \(reason)")
    }
    if case .modern(let revision) = decision {
      let result: JSONValue = if case .result(let value) = answer { value } else { [:] }
      adopt(
        revision, implementation: result["_meta"]?[MetaKey.serverInfo.description],
        instructions: result["instructions"], tools: result["capabilities"].map { $0["tools"] != nil } ?? true)
    }
    return decision
  }

  /// The handshake of the revisions before 2026.
  package func initialize(timeout: Duration) async throws {
    let params: JSONValue = [
      "protocolVersion": .string(ProtocolRevision.november2025.rawValue), "capabilities": [:],
      "clientInfo": client.json(for: .november2025),
    ]
    let answer: JSONSlice?
    do {
      answer = try await withDeadline(timeout, clock: clock) { [self] in
        try await connection().call("initialize") { _ in params }
      }
    } catch let error as RPCError {
      throw MCPClientError(.refused, "\(serverName) refused to initialize: \(error.message)", cause: error)
    }
    guard let answer else { throw timedOut("initialize", timeout) }
    let result = try answer.value()
    let offered = result["protocolVersion"]?.stringValue
    guard let revision = ProtocolRevision.legacy.first(where: { $0.rawValue == offered }) else {
      throw MCPClientError(
        .refused, "\(serverName) wants the protocol version \(offered ?? "(none)"), which is not supported")
    }
    adopt(
      revision, implementation: result["serverInfo"], instructions: result["instructions"],
      tools: result["capabilities"]?["tools"] != nil)
    try connection().notify("notifications/initialized", params: nil)
  }

  private func adopt(
    _ revision: ProtocolRevision, implementation: JSONValue?, instructions: JSONValue?, tools: Bool
  ) {
    let peer = Peer(
      revision: revision, implementation: implementation.flatMap(Implementation.init),
      instructions: instructions?.stringValue, offersTools: tools)
    peerBox.withLock { $0 = peer }
  }

  // MARK: Tools

  private static let maxPages = 1000

  /// All pages of `tools/list`; entries without a name or schema are left out.
  package func listTools(timeout: Duration) async throws -> [MCPTool] {
    guard peer?.offersTools != false else { return [] }
    var tools: [MCPTool] = []
    var cursor: JSONValue?
    for _ in 0..<Self.maxPages {
      var params: JSONObject = [:]
      params["cursor"] = cursor
      let page = try await request("tools/list", params, timeout: timeout)
      tools += (page["tools"]?.arrayValue ?? []).compactMap(MCPTool.init)
      guard let next = page["nextCursor"], next.stringValue != nil, next != cursor else { return tools }
      cursor = next
    }
    throw MCPClientError(.protocolViolation, "\(serverName) lists its tools on more than \(Self.maxPages) pages")
  }

  /// - Parameter extraMeta: goes into `_meta` in both eras.
  /// - Throws: `RPCError` as the server sent it, ``MCPClientError``, `CancellationError` (the server is told then).
  package func callTool(
    _ name: String, arguments: JSONObject, timeout: Duration?, extraMeta: JSONObject = [:],
    onProgress: (@Sendable (JSONValue) -> Void)? = nil
  ) async throws -> CallToolResult {
    let params: JSONObject = ["name": .string(name), "arguments": .object(arguments)]
    let value = try await request(
      "tools/call", params, timeout: timeout, isReporting: true, extraMeta: extraMeta, onProgress: onProgress)
    guard value["resultType"].map({ $0 == "complete" }) ?? true, let result = CallToolResult(value) else {
      throw MCPClientError(
        .protocolViolation,
        "\(serverName) answered \(name) with a result of type \(value["resultType"]?.jsonText ?? value.typeName)")
    }
    return result
  }

  /// - Parameter isReporting: asks the server to tell of progress.
  private func request(
    _ method: String, _ params: JSONObject, timeout: Duration?, isReporting: Bool = false, extraMeta: JSONObject = [:],
    onProgress: (@Sendable (JSONValue) -> Void)? = nil
  ) async throws -> JSONValue {
    let answer = try await withDeadline(timeout, clock: clock) { [self] in
      let token = Mutex<RequestID?>(nil)
      defer { if let token = token.withLock({ $0 }) { inbox.forget(token) } }
      return try await connection().call(method) { id in
        token.withLock { $0 = id }
        if let onProgress { inbox.expect(id, onProgress) }
        var params = params
        params["_meta"] = meta(isReporting ? id : nil, extraMeta)
        return .object(params)
      }
    }
    guard let answer else { throw timedOut(method, timeout ?? .zero) }
    return try answer.value()
  }

  private func meta(_ id: RequestID?, _ extra: JSONObject = [:]) -> JSONValue {
    if let peer, !peer.revision.isModern {
      var fields: JSONObject = [:]
      fields["progressToken"] = id?.json
      for field in extra { fields[field.key] = field.value }
      return .object(fields)
    }
    return RequestMeta.json(client: client, capabilities: [:], progressToken: id, extra: extra)
  }

  private func connection() throws -> Connection {
    guard let connection = connectionBox.withLock({ $0 }) else {
      throw MCPClientError(.exited, "\(serverName) is not running", wasSent: false)
    }
    return connection
  }

  private func timedOut(_ method: String, _ limit: Duration) -> MCPClientError {
    MCPClientError(.timeout, "\(serverName) did not answer \(method) within \(limit)\(noise)")
  }

  /// What explains a time-out: the answer may have been among the lines that could not be read. Empty if there are none.
  var noise: String {
    let faults = faults
    guard faults.malformed > 0 else { return "" }
    let last = faults.lastMalformed.map { "; the last: \(ChildText.cleaned($0))" } ?? ""
    return "; lines on its stdout that were no protocol: \(faults.malformed)\(last)"
  }
}
