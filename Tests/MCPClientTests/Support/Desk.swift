import MCPClient
import SCRConnection
import SCRProtocol
import SCRTestSupport
import Synchronization

/// Answers as the test says; keeps what it was asked.
struct Desk: ServerQuestionAnswering {
  let asked = Signal<InputRequest>()
  let cancelled = Signal<Void>()
  var methods = Set(InputRequest.Method.allCases)
  var answers: @Sendable (InputRequest) async throws -> JSONValue = Desk.usual

  static let usual: @Sendable (InputRequest) async throws -> JSONValue = { question in
    switch question.method {
    case .listRoots: ["roots": [["uri": "file:///home"]]]
    case .sample:
      ["role": "assistant", "content": ["type": "text", "text": "Paris"], "model": "m", "stopReason": "endTurn"]
    default: ["action": "accept", "content": ["said": question.params["message"] ?? .null]]
    }
  }

  func supports(_ question: InputRequest) -> Bool { methods.contains(question.method) }

  func answer(_ question: InputRequest) async throws -> JSONValue {
    asked.fire(question)
    do { return try await answers(question) } catch let error as CancellationError {
      cancelled.fire()
      throw error
    }
  }
}

/// A question as servers write them.
enum Question {
  static func form(_ message: String) -> JSONValue {
    [
      "method": "elicitation/create",
      "params": [
        "mode": "form", "message": .string(message),
        "requestedSchema": ["type": "object", "properties": ["said": ["type": "string"]]],
      ],
    ]
  }
  static let roots: JSONValue = ["method": "roots/list"]
  static let sampling: JSONValue = [
    "method": "sampling/createMessage",
    "params": [
      "messages": [["role": "user", "content": ["type": "text", "text": "What is the capital of France?"]]],
      "maxTokens": 100,
    ],
  ]
}

/// A session whose server is the test itself.
struct ScriptedServer: Sendable {
  let session: MCPSession
  /// What the client sent.
  let sent = Signal<JSONValue>()
  let clock = TestClock()
  private let connection: Connection

  init(answerer: (any ServerQuestionAnswering)? = nil, changes: Signal<ServerChange> = Signal()) {
    session = MCPSession(
      serverName: "fake", client: Implementation(name: "scr", version: "1"), answerer: answerer, clock: clock
    ) { changes.fire($0) }
    connection = session.connect(sink: CollectingSink { [sent] in sent.fire($0) })
  }

  func say(_ message: JSONValue) {
    Array((message.jsonText + "\n").utf8).withUnsafeBytes { connection.receive($0) }
  }

  func answer(_ id: JSONValue?, _ result: JSONValue) {
    say(["jsonrpc": "2.0", "id": id ?? .null, "result": result])
  }

  /// The first request of a method that the client sent.
  func request(_ method: String, after count: Int = 0) async -> JSONValue {
    var seen = 0
    return await sent.first { message in
      guard message["method"]?.stringValue == method else { return false }
      seen += 1
      return seen > count
    }
  }

  /// Opens as a server of the modern era with these capabilities.
  func openModern(_ capabilities: JSONValue = ["tools": [:]]) async throws {
    async let decision = session.probe(timeout: .seconds(10))
    let id = await request("server/discover")["id"]
    answer(
      id,
      [
        "resultType": "complete", "supportedVersions": ["2026-07-28"], "capabilities": capabilities, "ttlMs": 0,
        "cacheScope": "private",
      ])
    _ = try await decision
  }

  func openLegacy() async throws {
    async let opening: Void = session.initialize(timeout: .seconds(10))
    let id = await request("initialize")["id"]
    answer(
      id,
      ["protocolVersion": "2025-11-25", "capabilities": ["tools": [:]], "serverInfo": ["name": "f", "version": "1"]])
    try await opening
  }
}
