package import SCRProtocol
import Synchronization

extension MCPSession {
  /// Requests that a server may answer with questions, one after the other.
  private static let maxRounds = 16
  /// A legacy server's refusal that names addresses to be opened first (2025-11-25).
  private static let addressesRequired = -32042

  /// One call as its server sees it: what is asked in between is answered, and the call made again with the answers.
  ///
  /// The server's state goes back as it came, and only into the very next request of this call.
  /// - Returns: a result that asks for nothing more.
  /// - Throws: `RPCError`, ``MCPClientError``, `CancellationError`.
  func converse(_ method: String, _ params: JSONObject, _ options: CallOptions) async throws -> JSONValue {
    var options = options
    let limit = options.timeout
    options.timeout = nil
    let answer = try await withDeadline(limit, clock: clock) { [self, options] in
      try await rounds(method, params, options)
    }
    guard let answer else { throw timedOut(method, "within \(limit ?? .zero)") }
    return answer
  }

  private func rounds(_ method: String, _ params: JSONObject, _ options: CallOptions) async throws -> JSONValue {
    let desk = QuestionDesk(serverName: serverName, [options.answerer, answerer])
    let name = params["name"]?.stringValue ?? params["uri"]?.stringValue ?? method
    var current = params
    for round in 1...Self.maxRounds {
      let result: JSONValue
      do { result = try await request(method, current, options) } catch let error as RPCError
        where error.code == Self.addressesRequired
      {
        try await open(error, desk, of: name)
        continue
      }
      guard result["resultType"] == "input_required" else { return result }
      let (questions, state) = (result["inputRequests"]?.objectValue, result["requestState"])
      guard questions?.isEmpty == false || state?.stringValue != nil else {
        throw MCPClientError(
          .protocolViolation, "\(serverName) wants input for \(name), and says neither which nor what for")
      }
      current = params
      if let questions, !questions.isEmpty {
        current["inputResponses"] = .object(try await desk.answers(to: questions, of: name))
      } else {
        // Nothing to answer: the server only wants to be asked again later.
        try await clock.sleep(for: .milliseconds(50) * (1 << min(round, 6)))
      }
      if let state { current["requestState"] = state }
    }
    throw MCPClientError(
      .protocolViolation, "\(serverName) still wants input for \(name) after \(Self.maxRounds) rounds")
  }

  private func open(_ error: RPCError, _ desk: QuestionDesk, of name: String) async throws {
    var questions: JSONObject = [:]
    for (place, params) in (error.data?["elicitations"]?.arrayValue ?? []).enumerated() {
      questions["\(place)"] = ["method": .string(InputRequest.Method.elicit.rawValue), "params": params]
    }
    if questions.isEmpty { throw error }
    let answers = try await desk.answers(to: questions, of: name)
    // Without consent the call would be refused in the same way for ever.
    if answers.contains(where: { $0.value["action"] != "accept" }) { throw error }
  }

  // MARK: Tools

  /// Calls a tool. A call that the server makes a task of is followed to its end.
  ///
  /// - Parameters:
  ///   - resuming: a task that an earlier life's call of the same became; it is followed instead of calling again.
  ///   - tasks: is told of the task before it is followed; see ``RemoteTaskKeeping``.
  /// - Throws: `RPCError` as the server sent it, ``MCPClientError``, `CancellationError` (the server is told then).
  package func callTool(
    _ name: String, arguments: JSONObject, _ options: CallOptions, resuming: RemoteTask? = nil,
    tasks: (any RemoteTaskKeeping)? = nil
  ) async throws -> CallToolResult {
    let limit = options.timeout
    let value = try await withDeadline(limit, clock: clock) { [self] in
      var options = options
      options.timeout = nil
      options.isReporting = true
      if let resuming { return try await follow(resuming, of: name, options, tasks) }
      return try await begin(name, arguments, options, tasks)
    }
    guard let value else { throw timedOut("tools/call", "within \(limit ?? .zero)") }
    guard value["resultType"].map({ $0 == "complete" }) ?? true, let result = CallToolResult(value) else {
      throw MCPClientError(
        .protocolViolation,
        "\(serverName) answered \(name) with a result of type \(value["resultType"]?.jsonText ?? value.typeName)")
    }
    return result
  }

  private func begin(
    _ name: String, _ arguments: JSONObject, _ options: CallOptions, _ tasks: (any RemoteTaskKeeping)?
  ) async throws -> JSONValue {
    var options = options
    var params: JSONObject = ["name": .string(name), "arguments": .object(arguments)]
    let isModern = peer?.revision.isModern ?? true
    options.mayBecomeTask = isModern
    let mustBeTask = taskTools.withLock { $0.contains(name) }
    if mustBeTask { params["task"] = ["ttl": .integer(RemoteTask.legacyLife.milliseconds)] }
    let value = try await converse("tools/call", params, options)
    let isTask = isModern ? value["resultType"] == "task" : mustBeTask && value["task"] != nil
    guard isTask, let found = isModern ? value : value["task"] else { return value }
    guard let task = RemoteTask(found, isLegacy: !isModern) else {
      throw MCPClientError(.protocolViolation, "\(serverName) made a task of \(name) and gave it no id")
    }
    // Before anything else: what is not written down is lost with this process.
    try await tasks?.began(task)
    return try await follow(task, of: name, options, tasks)
  }
}

extension Duration {
  var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
