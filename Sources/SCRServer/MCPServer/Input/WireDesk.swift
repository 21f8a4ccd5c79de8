import SCRConnection
import SCRProtocol

/// Asks a client of an older revision by requests of our own.
struct WireDesk: ClientRequests.Desk {
  let connection: Connection
  let capabilities: ClientCapabilities
  let revision: ProtocolRevision
  /// Goes into `_meta` of each request.
  var meta: JSONObject = [:]

  func ask(_ requests: [String: InputRequest]) async throws -> [String: JSONValue] {
    try await withThrowingTaskGroup(of: (String, JSONValue).self) { group in
      for (key, request) in requests { group.addTask { (key, try await answer(request)) } }
      var answers: [String: JSONValue] = [:]
      for try await (key, answer) in group { answers[key] = answer }
      return answers
    }
  }

  private func answer(_ request: InputRequest) async throws -> JSONValue {
    let slice: JSONSlice
    do {
      slice = try await connection.call(request.method.rawValue) { params(of: request, $0) }
    } catch is ConnectionError { throw InputFailure.disconnected }
    guard let answer = try? slice.value(), request.accepts(answer) else {
      throw RPCError(
        .invalidRequest, "the client's answer to \"\(request.method.rawValue)\" does not have the shape that it should")
    }
    return answer
  }

  private func params(of request: InputRequest, _ id: RequestID) -> JSONValue? {
    var params = request.params
    switch request.method {
    case .elicit:
      if revision < .november2025 { params["mode"] = nil }
      if params["mode"] == "url", params["elicitationId"] == nil {
        params["elicitationId"] = .string("elicitation-\(id.description)")
      }
    case .sample where revision < .november2025:
      // One block a message, and no list of them.
      let messages = params["messages"]?.arrayValue?.map { message -> JSONValue in
        guard var fields = message.objectValue, let blocks = fields["content"]?.arrayValue, blocks.count == 1 else {
          return message
        }
        fields["content"] = blocks[0]
        return .object(fields)
      }
      params["messages"] = messages.map { .array($0) }
    case .sample, .listRoots: break
    }
    if !meta.isEmpty { params["_meta"] = .object(meta) }
    return params.isEmpty ? nil : .object(params)
  }
}
