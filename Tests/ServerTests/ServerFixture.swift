import MCPServer
import SCRConnection
import SCRProtocol
import SCRRuntime
import SCRServer
import SCRTestSupport
import Synchronization
import Testing

/// A real runtime over stores in memory, with an inline tool and a tool server, behind the handler of `scr serve`.
struct ServerFixture: Sendable {
  let runtime: CognitiveRuntime
  let source: FakeToolSource
  let clock: ManualClock
  /// What the tool `files.block` waits for.
  let gate: Gate
  let client: WireClient

  /// Runs `body` beside the runtime.
  /// - Parameters:
  ///   - hasFiles: whether the tool server `files` is there.
  ///   - isRunning: false leaves tasks in the queue, and the clock to those who wait for an answer.
  static func serve<Value: Sendable>(
    inlineTools: (ManualClock) -> [any InlineTool] = { _ in [AddTool()] }, hasFiles: Bool = true,
    sources: [any ToolSource] = [], models: ModelRegistry = .none, expose: [String]? = nil,
    policy: ToolPolicy = ToolPolicy(), isRunning: Bool = true,
    _ body: (ServerFixture) async throws -> Value
  ) async throws -> Value {
    let clock = ManualClock()
    let gate = Gate()
    let source = FakeToolSource(name: "files", effects: ["read": .readOnly], tools(gate))
    let registry = ToolRegistry(inlineTools: inlineTools(clock), policy: policy, clock: clock)
    if hasFiles { registry.add(source) }
    for source in sources { registry.add(source) }
    let runtime = try await CognitiveRuntime(
      store: InMemoryTaskStore(), memory: InMemoryMemoryStore(), registry: registry, models: models, clock: clock,
      configuration: RuntimeConfiguration(workspaceRoot: "/work space"))
    let fixture = ServerFixture(
      runtime: runtime, source: source, clock: clock, gate: gate,
      client: WireClient(handler(runtime, clock, expose: expose)))
    return try await withThrowingTaskGroup(of: Void.self) { group in
      if isRunning { group.addTask { await runtime.run() } }
      defer {
        gate.open()
        runtime.shutDown()
      }
      return try await body(fixture)
    }
  }

  static func handler(
    _ runtime: CognitiveRuntime, _ clock: ManualClock, expose: [String]? = nil,
    identity: ServerIdentity = ServerIdentity(implementation: Implementation(name: "scr", version: "0.0.0"))
  ) -> MCPServerHandler {
    let holds = AnswerHolds()
    return MCPServerHandler(
      identity: identity,
      offer: ServerOffer(
        runtime, tools: RuntimeToolProvider(runtime: runtime, expose: expose, clock: clock, holds: holds), clock: clock),
      methods: NativeMethods(runtime: runtime, clock: clock, holds: holds))
  }

  private static func tools(_ gate: Gate) -> [String: FakeToolSource.Body] {
    [
      "read": { call in ToolResult(text: "content of \(call.arguments["path"]?.stringValue ?? "nothing")") },
      "fail": { _ in ToolResult(text: "the disk is on fire", isError: true) },
      "gone": { _ in throw ToolError(.serverUnavailable, "the server is gone", hint: "start it", isRetryable: true) },
      "count": { call in
        call.context.onProgress?(ToolProgress(progress: 1, total: 2, message: "one"))
        call.context.onProgress?(ToolProgress(progress: 2, total: 2))
        return ToolResult(text: "2", structuredContent: ["count": 2])
      },
      "block": { call in
        try await gate.pass()
        return ToolResult(text: "unblocked")
      },
    ]
  }

  // MARK: Asking

  /// The answer to a native request, which must be as its method describes it; notifications that come before it are
  /// held against their description and passed over.
  func ask(_ method: String, _ params: JSONValue? = nil, id: JSONValue = 1) async -> JSONValue {
    let before = client.allFrames.count
    send(method, params, id: id)
    let answer = await answer(id, after: before)
    let description = NativeMethods.table(runtime: runtime, clock: clock).description
    let events = client.allFrames[before...].filter { $0["method"] == "event" }
    for (method, message) in [(method, answer)] + events.map({ ("event", $0) }) {
      #expect(AnswerRules.problems(of: method, message, description) == [], "\(message.jsonText)")
    }
    return answer
  }

  func send(_ method: String, _ params: JSONValue? = nil, id: JSONValue = 1) {
    var message: JSONObject = ["jsonrpc": "2.0", "id": id, "method": .string(method)]
    message["params"] = params
    client.send(JSONValue.object(message).jsonText)
  }

  func answer(_ id: JSONValue, after count: Int = 0) async -> JSONValue {
    var place = count
    while true {
      let frame = await client.frames(place + 1)[place]
      if frame["id"] == id { return frame }
      place += 1
    }
  }

  /// The addresses of all resources, page by page.
  /// - Parameter between: what happens after each page.
  func resourceURIs(between: () async throws -> Void = {}) async throws -> [String] {
    var uris: [String] = []
    var cursor: JSONValue?
    repeat {
      var params: JSONObject = [:]
      params["cursor"] = cursor
      let page = await ask("resources/list", Self.modern(params), id: "page")["result"]
      uris += page?["resources"]?.arrayValue?.compactMap { $0["uri"]?.stringValue } ?? []
      cursor = page?["nextCursor"]
      try await between()
    } while cursor != nil
    return uris
  }

  /// Begins a legacy session.
  func initialize(_ revision: String, _ capabilities: JSONValue = [:]) async -> JSONValue {
    let answer = await ask(
      "initialize",
      [
        "protocolVersion": .string(revision), "capabilities": capabilities,
        "clientInfo": ["name": "test", "version": "1"],
      ], id: "initialize")
    client.send(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
    return answer
  }

  /// Open questions, once there are so many.
  func approvals(_ count: Int) async -> [JSONValue] {
    let subscription = runtime.subscribe()
    defer { subscription.end() }
    while true {
      let open = await ask("list_approvals", id: "approvals")["result"]?["approvals"]?.arrayValue ?? []
      if open.count >= count { return open }
      guard await subscription.next() != nil else { return open }
    }
  }

  /// The first notification or request of this method that came, or will come.
  func notification(_ method: String) async -> JSONValue {
    var place = 0
    while true {
      let frame = await client.frames(place + 1)[place]
      if frame["method"] == .string(method) { return frame }
      place += 1
    }
  }

  /// The result of a modern `tools/call`.
  func call(_ tool: String, _ arguments: JSONValue = [:], meta: JSONObject = [:], id: JSONValue = 1) async -> JSONValue
  {
    await ask("tools/call", Self.modern(["name": .string(tool), "arguments": arguments], meta), id: id)
  }

  static func modern(
    _ params: JSONObject, _ meta: JSONObject = [:], capabilities: JSONValue = [:]
  ) -> JSONValue {
    var params = params
    var meta = meta
    meta["io.modelcontextprotocol/protocolVersion"] = "2026-07-28"
    meta["io.modelcontextprotocol/clientCapabilities"] = capabilities
    params["_meta"] = .object(meta)
    return .object(params)
  }

  /// A plan of tool steps, each needing the one before.
  static func plan(_ tools: (id: String, tool: String)..., arguments: JSONValue = [:]) -> JSONValue {
    var before: String?
    let steps = tools.map { step -> JSONValue in
      var fields: JSONObject = ["id": .string(step.id), "tool": .string(step.tool), "arguments": arguments]
      fields["needs"] = before.map { [.string($0)] }
      before = step.id
      return .object(fields)
    }
    return ["title": "A plan", "steps": .array(steps)]
  }
}

/// Adds in line.
struct AddTool: InlineTool {
  let descriptor = ToolDescriptor(
    name: ToolName(tool: "add"), title: "Add", description: "Adds two integers",
    inputSchema: [
      "type": "object", "properties": ["a": ["type": "integer"], "b": ["type": "integer"]], "required": ["a", "b"],
    ],
    outputSchema: ["type": "object", "properties": ["sum": ["type": "integer"]], "required": ["sum"]],
    annotations: ["readOnlyHint": true], effect: .readOnly)

  func run(_ arguments: JSONObject) -> ToolResult {
    let sum = (arguments["a"]?.integerValue ?? 0) &+ (arguments["b"]?.integerValue ?? 0)
    return ToolResult(text: "\(sum)", structuredContent: ["sum": .integer(sum)])
  }
}

/// A tool server that is still starting; its tool is there once it is ready.
final class LateSource: ToolSource {
  private struct State {
    var isReady = false
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  /// Opens once somebody waits for the server.
  let awaited = Gate()
  private let state = Mutex(State())
  let serverName: String? = "late"

  var tools: [ToolDescriptor] {
    guard state.withLock(\.isReady) else { return [] }
    return [
      ToolDescriptor(
        name: ToolName(server: "late", tool: "hello"), description: "Greets", inputSchema: ["type": "object"],
        isNamedByConfiguration: true)
    ]
  }

  var status: ToolServerStatus {
    state.withLock(\.isReady) ? ToolServerStatus(state: .ready, toolCount: 1) : ToolServerStatus(state: .starting)
  }

  func settle() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          if state.isReady || Task.isCancelled { return true }
          state.waiters.append(continuation)
          return false
        }
        awaited.open()
        if isOver { continuation.resume() }
      }
    } onCancel: {
      wake()
    }
  }

  func becomeReady() {
    state.withLock { $0.isReady = true }
    wake()
  }

  private func wake() {
    let waiters = state.withLock { state in
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  func call(_ call: ToolCall) async throws -> ToolResult { ToolResult(text: "hello") }
}
