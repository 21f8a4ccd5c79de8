import SCRProtocol
import SCRConnection

extension MCPSession {
  /// Asks `server/discover` and says what follows from the answer. One that refuses the version and lists it all the same
  /// is asked once more.
  /// - Throws: ``MCPClientError`` `refused`, `ConnectionError`.
  package func probe(timeout: Duration) async throws -> EraProbe.Decision {
    var answer = try await discover(timeout)
    var decision = EraProbe.decide(answer)
    if case .modern = decision, case .error = answer {
      let again = try await discover(timeout)
      if case .modern = EraProbe.decide(again) { (answer, decision) = (again, EraProbe.decide(again)) }
    }
    if case .refused(let reason) = decision {
      throw MCPClientError(.refused, "\(serverName) is of no use to this client: \(reason)")
    }
    if case .modern(let revision) = decision {
      let result: JSONValue = if case .result(let value) = answer { value } else { [:] }
      adopt(
        ServerPeer(
          revision: revision,
          implementation: result["_meta"]?[MetaKey.serverInfo.description].flatMap(Implementation.init),
          instructions: result["instructions"]?.stringValue, capabilities: result["capabilities"]))
    }
    return decision
  }

  private func discover(_ timeout: Duration) async throws -> EraProbe.Answer {
    let params: JSONValue = ["_meta": meta(nil, CallOptions(timeout: timeout), DeclaredCapabilities(of: [answerer]))]
    do {
      let result = try await withDeadline(timeout, clock: clock) { [self] in
        try await connection().call("server/discover") { _ in params }
      }
      return try result.map { .result(try $0.value()) } ?? .silence
    } catch let error as RPCError { return .error(error) }
  }

  /// The handshake of the revisions before 2026. A server that refuses the newest of them and names others is asked once
  /// more, for the newest that it names.
  /// - Throws: ``MCPClientError`` `refused`, `timeout`, `ConnectionError`.
  package func initialize(timeout: Duration) async throws {
    let result: JSONValue
    do { result = try await initialize(.november2025, timeout) } catch let error as RPCError {
      let named = (error.data?["supported"]?.arrayValue ?? []).compactMap(\.stringValue)
      guard let other = ProtocolRevision.legacy.last(where: { named.contains($0.rawValue) }), other != .november2025
      else { throw refusedToInitialize(error) }
      do { result = try await initialize(other, timeout) } catch let error as RPCError {
        throw refusedToInitialize(error)
      }
    }
    let offered = result["protocolVersion"]?.stringValue
    guard let revision = ProtocolRevision.legacy.first(where: { $0.rawValue == offered }) else {
      throw MCPClientError(
        .refused, "\(serverName) wants the protocol version \(offered ?? "(none)"), which is not supported")
    }
    adopt(
      ServerPeer(
        revision: revision, implementation: result["serverInfo"].flatMap(Implementation.init),
        instructions: result["instructions"]?.stringValue, capabilities: result["capabilities"] ?? [:]))
    try connection().notify("notifications/initialized", params: nil)
  }

  private func initialize(_ revision: ProtocolRevision, _ timeout: Duration) async throws -> JSONValue {
    // Said once for the whole session, so it has to cover what any of its calls may bring along.
    var declared = DeclaredCapabilities(of: [answerer])
    (declared.form, declared.url) = (true, true)
    let params: JSONValue = [
      "protocolVersion": .string(revision.rawValue), "capabilities": .object(declared.json),
      "clientInfo": client.json(for: revision),
    ]
    let answer = try await withDeadline(timeout, clock: clock) { [self] in
      try await connection().call("initialize") { _ in params }
    }
    guard let answer else { throw timedOut("initialize", "within \(timeout)") }
    return try answer.value()
  }

  private func refusedToInitialize(_ error: RPCError) -> MCPClientError {
    MCPClientError(.refused, "\(serverName) refused to initialize: \(error.message)", cause: error)
  }
}
