import SCRConnection
package import SCRProtocol

/// Serves requests that may need answers of their client, in both eras.
struct InputRounds: Sendable {
  typealias Work = @Sendable (RequestContext) async throws -> JSONSlice

  let serverInfo: JSONValue
  let limits: ServerLimits
  let clock: ServerClock
  let seal: RequestStateSeal
  let suspensions: Suspensions

  /// - Parameter work: gives the value of `result`. It may run several times, if it throws ``InputRequired``.
  func answer(_ request: InteractiveRequest, _ work: @escaping Work) async throws -> JSONSlice {
    request.era.isModern ? try await modern(request, work) : try await legacy(request, work)
  }

  private func context(_ request: InteractiveRequest, _ client: ClientRequests) -> RequestContext {
    RequestContext(
      id: request.id,
      progress: ProgressReporter(
        connection: request.connection, token: request.progressToken, revision: request.era.revision),
      log: LogReporter(connection: request.connection, id: request.id, level: request.logLevel), client: client,
      trace: TraceContext(request.meta), clientInfo: request.client.info)
  }

  // MARK: Older revisions

  private func legacy(_ request: InteractiveRequest, _ work: Work) async throws -> JSONSlice {
    let desk = WireDesk(
      connection: request.connection, capabilities: request.client.capabilities, revision: request.era.revision)
    var context = context(request, ClientRequests(desk))
    return try await whileWanted(context) {
      for _ in 0..<limits.rounds {
        do { return try await work(context) } catch let needed as InputRequired {
          context.inputResponses = try await context.client.ask(needed.requests)
          context.state = needed.state
        }
      }
      throw RPCError(.internal, "the server asked its client \(limits.rounds) times and still wants to know more")
    }
  }

  /// Nothing is sent for a request that was cancelled or has its answer.
  private func whileWanted(
    _ context: RequestContext, _ body: () async throws -> JSONSlice
  ) async throws -> JSONSlice {
    let (progress, log) = (context.progress, context.log)
    return try await withTaskCancellationHandler {
      defer {
        progress.end()
        log.end()
      }
      return try await body()
    } onCancel: {
      progress.end()
      log.end()
    }
  }

  // MARK: The modern era

  private func modern(_ request: InteractiveRequest, _ work: @escaping Work) async throws -> JSONSlice {
    let retry = try request.retry()
    var state: JSONValue?
    if let blob = retry.state {
      switch try seal.open(blob, for: try request.digest()) {
      case .call(let ticket): return try await resume(ticket, retry.responses, request)
      case .state(let sealed): state = sealed
      }
    }
    let capabilities = request.client.capabilities
    guard capabilities.answersSomething else {
      var context = context(request, ClientRequests(NobodyDesk(capabilities: capabilities)))
      (context.inputResponses, context.state) = (retry.responses, state)
      return try await whileWanted(context) { [context] in
        do { return try await work(context) } catch let needed as InputRequired {
          return try inputRequired(needed, request)
        }
      }
    }
    let start = context(request, .none)
    let call = LiveCall(capabilities, start.progress, start.log, limits, clock)
    let context = RequestContext(
      id: start.id, progress: start.progress, log: start.log, client: ClientRequests(call), trace: start.trace,
      clientInfo: start.clientInfo, inputResponses: retry.responses, state: state)
    call.start { try await work(context) }
    return try await turn(of: call, request)
  }

  private func resume(
    _ ticket: Int64, _ responses: [String: JSONValue], _ request: InteractiveRequest
  ) async throws -> JSONSlice {
    guard let call = suspensions.take(ticket) else {
      throw RequestStateSeal.error("was used before, or its call has ended")
    }
    call.progress.move(to: request.progressToken)
    call.log.move(to: request.id, level: request.logLevel)
    call.resume(responses, request.client.capabilities)
    return try await turn(of: call, request)
  }

  private func turn(of call: LiveCall, _ request: InteractiveRequest) async throws -> JSONSlice {
    let turn = try await call.turn()
    call.quiet()
    switch turn {
    case .ended(.success(let result)): return result
    case .ended(.failure(let needed as InputRequired)): return try inputRequired(needed, request)
    case .ended(.failure(let error)): throw error
    case .asks(let requests):
      let digest = try request.digest()
      return result(requests, seal.close(.call(suspensions.add(call)), for: digest))
    }
  }

  private func inputRequired(_ needed: InputRequired, _ request: InteractiveRequest) throws -> JSONSlice {
    if let error = ClientRequests.refusal(needed.requests, request.client.capabilities) { throw error }
    if needed.requests.isEmpty, needed.state == nil {
      throw RPCError(.internal, "the server wants input and does not say which")
    }
    let digest = try request.digest()
    return result(needed.requests, needed.state.map { seal.close(.state($0), for: digest) })
  }

  private func result(_ requests: [String: InputRequest], _ state: String?) -> JSONSlice {
    var fields: JSONObject = ["resultType": "input_required"]
    if !requests.isEmpty { fields["inputRequests"] = InputRequest.json(requests) }
    fields["requestState"] = state.map { .string($0) }
    fields["_meta"] = serverInfo
    return JSONSlice(.object(fields))
  }
}

/// A client that has declared nothing that it could be asked.
private struct NobodyDesk: ClientRequests.Desk {
  let capabilities: ClientCapabilities
  func ask(_ requests: [String: InputRequest]) async throws -> [String: JSONValue] { throw InputFailure.disconnected }
}

extension InputFailure: RPCErrorConvertible {
  package var rpcError: RPCError {
    switch self {
    case .expired: RPCError(.timeout, "the client did not come back with its answers in time")
    case .evicted: RPCError(.rateLimited, "too many calls wait for this client's answers; the oldest was ended")
    case .disconnected: RPCError(.cancelled, "the client is gone")
    }
  }
}
