import EverythingServer
import MCPServer
import SCRConnection
import SCRProtocol
import SCRTestSupport
import Synchronization
import Testing

/// A client of ``EverythingServer`` in one revision. All that the server sends is held against the revision's schema.
final class EverythingClient: Sendable {
  /// Answers the server's own requests.
  typealias Answers = @Sendable (InputRequest) -> JSONValue?

  let server: EverythingServer
  let wire: WireClient
  let revision: ProtocolRevision
  let handler: MCPServerHandler
  private let capabilities: JSONObject
  private let answers: Answers
  private struct State {
    var lastID: Int64 = 0
    var asked: [RequestID: String] = [:]
    var read = 0
    var passed: [JSONValue] = []
  }
  private let state = Mutex(State())

  init(
    _ revision: ProtocolRevision = .july2026, _ capabilities: JSONObject = [:], limits: ServerLimits = ServerLimits(),
    clock: ServerClock = .system, pause: @escaping EverythingServer.Pause = {},
    answers: @escaping Answers = { _ in nil }
  ) {
    server = EverythingServer(pause: pause)
    self.revision = revision
    self.capabilities = capabilities
    self.answers = answers
    handler = MCPServerHandler(
      identity: EverythingServer.identity, offer: server.offer, limits: limits, clock: clock)
    wire = WireClient(handler)
  }

  static let everyCapability: JSONObject = ["elicitation": ["form": [:], "url": [:]], "sampling": [:], "roots": [:]]
  static let tasks: JSONObject = ["extensions": ["io.modelcontextprotocol/tasks": [:]]]

  /// `initialize`, where the revision has it, and `notifications/initialized`.
  @discardableResult
  func open() async throws -> JSONValue {
    let result = try await result(
      "initialize",
      [
        "protocolVersion": .string(revision.rawValue), "capabilities": .object(capabilities),
        "clientInfo": ["name": "test", "version": "1"],
      ])
    wire.send(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
    return result
  }

  static func opened(
    _ revision: ProtocolRevision, _ capabilities: JSONObject = [:], answers: @escaping Answers = { _ in nil }
  ) async throws -> EverythingClient {
    let client = EverythingClient(revision, capabilities, answers: answers)
    if !revision.isModern { try await client.open() }
    return client
  }

  // MARK: Asking

  /// Sends a request and does not wait.
  @discardableResult
  func send(
    _ method: String, _ params: JSONObject = [:], meta: JSONObject = [:], id: RequestID? = nil,
    capabilities: JSONObject? = nil
  ) -> RequestID {
    let id = state.withLock { state in
      state.lastID += 1
      let id = id ?? .integer(state.lastID)
      state.asked[id] = method
      return id
    }
    var (params, meta) = (params, meta)
    if revision.isModern {
      meta["io.modelcontextprotocol/protocolVersion"] = .string(revision.rawValue)
      meta["io.modelcontextprotocol/clientCapabilities"] = .object(capabilities ?? self.capabilities)
    }
    if !meta.isEmpty { params["_meta"] = .object(meta) }
    let message: JSONValue = ["jsonrpc": "2.0", "id": id.json, "method": .string(method), "params": .object(params)]
    wire.send(message.jsonText)
    return id
  }

  /// The next frame, judged; the server's requests are answered on the way.
  func next() async throws -> JSONValue {
    let place = state.withLock { state in
      state.read += 1
      return state.read - 1
    }
    let frame = await wire.frames(place + 1)[place]
    let asked = frame["id"].flatMap(RequestID.init).flatMap { id in state.withLock { $0.asked[id] } }
    #expect(try WireRules(revision: revision).faults(frame, asked: asked) == [])
    if frame["method"] != nil, let id = frame["id"], let request = InputRequest(frame), let answer = answers(request) {
      let message: JSONValue = ["jsonrpc": "2.0", "id": id, "result": answer]
      wire.send(message.jsonText)
    }
    return frame
  }

  /// The answer to a request; what comes before it is kept in ``passed``.
  func answer(to id: RequestID) async throws -> JSONValue {
    while true {
      let frame = try await next()
      if frame["method"] == nil, frame["id"] == id.json { return frame }
      state.withLock { $0.passed.append(frame) }
    }
  }

  /// Frames that came before answers, and nobody has asked for yet.
  func passed() -> [JSONValue] {
    state.withLock { state in
      defer { state.passed = [] }
      return state.passed
    }
  }

  func ask(
    _ method: String, _ params: JSONObject = [:], meta: JSONObject = [:], capabilities: JSONObject? = nil
  ) async throws -> JSONValue {
    try await answer(to: send(method, params, meta: meta, capabilities: capabilities))
  }

  func result(
    _ method: String, _ params: JSONObject = [:], meta: JSONObject = [:], capabilities: JSONObject? = nil
  ) async throws -> JSONValue {
    let answer = try await ask(method, params, meta: meta, capabilities: capabilities)
    return try #require(answer["result"], "\(method): \(answer.jsonText)")
  }

  func error(
    _ method: String, _ params: JSONObject = [:], meta: JSONObject = [:], capabilities: JSONObject? = nil
  ) async throws -> JSONValue {
    let answer = try await ask(method, params, meta: meta, capabilities: capabilities)
    return try #require(answer["error"], "\(method): \(answer.jsonText)")
  }

  func call(
    _ tool: String, _ arguments: JSONObject? = nil, more: JSONObject = [:], meta: JSONObject = [:],
    capabilities: JSONObject? = nil
  ) async throws -> JSONValue {
    try await result(
      "tools/call", Self.params(tool, arguments, more), meta: meta, capabilities: capabilities)
  }

  static func params(_ tool: String, _ arguments: JSONObject? = nil, _ more: JSONObject = [:]) -> JSONObject {
    var params: JSONObject = ["name": .string(tool)]
    params["arguments"] = arguments.map { .object($0) }
    for field in more { params[field.key] = field.value }
    return params
  }

  /// The retry of a call that was answered with `input_required`.
  func retry(
    _ tool: String, _ arguments: JSONObject? = nil, state: JSONValue?, _ responses: JSONValue?,
    meta: JSONObject = [:], capabilities: JSONObject? = nil
  ) async throws -> JSONValue {
    var more: JSONObject = [:]
    more["requestState"] = state
    more["inputResponses"] = responses
    return try await ask("tools/call", Self.params(tool, arguments, more), meta: meta, capabilities: capabilities)
  }
}

extension JSONValue {
  static func accept(_ content: JSONObject) -> JSONValue { ["action": "accept", "content": .object(content)] }
  static func said(_ text: String) -> JSONValue {
    ["role": "assistant", "model": "m", "content": ["type": "text", "text": .string(text)]]
  }
  static let roots: JSONValue = ["roots": [["uri": "file:///work", "name": "work"]]]

  /// The text of the first content block.
  var firstText: String? { self["content"]?.arrayValue?.first?["text"]?.stringValue }
}
