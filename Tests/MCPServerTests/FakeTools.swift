import MCPServer
import SCRProtocol
import SCRTestSupport
import Synchronization

/// `add` in line; `slow` waits for its gate and reports progress; `broken` fails; `keyed`, which no list has, tells its
/// idempotency key.
final class FakeTools: ToolProvider {
  let gate = Gate()
  let cancelled = Signal<String>()
  let tellsOfChanges: Bool
  private let extra: Int
  private let observers = Mutex<[@Sendable () -> Void]>([])

  init(extra: Int = 0, tellsOfChanges: Bool = true) {
    self.extra = extra
    self.tellsOfChanges = tellsOfChanges
  }

  static let add = MCPTool(
    name: "add", title: "Add", description: "Adds two integers",
    inputSchema: ["type": "object"], outputSchema: ["type": "object"], annotations: ["readOnlyHint": true])

  func listTools() async -> ToolListing {
    let others = ["broken", "slow"] + (0..<extra).map { "tool\(1000 + $0)" }
    return ToolListing(
      tools: [Self.add] + others.map { MCPTool(name: $0, inputSchema: ["type": "object"]) }, ttlMs: 60_000)
  }

  func callInline(_ name: String, arguments: JSONSlice?) -> Result<CallToolResult, ToolCallFailure>? {
    guard name == "add" else { return nil }
    let arguments = try? arguments?.value()
    guard let a = arguments?["a"]?.integerValue, let b = arguments?["b"]?.integerValue else {
      return .failure(.invalidArguments("a and b must be integers"))
    }
    return .success(CallToolResult(text: "\(a + b)", structuredContent: ["sum": .integer(a + b)]))
  }

  func call(_ call: IncomingToolCall) async throws -> CallToolResult {
    switch call.name {
    case "slow":
      call.progress.report(1, total: 3, message: "one")
      call.progress.report(1, total: 3, message: "again")
      call.progress.report(2, total: 3, message: "two")
      try await withTaskCancellationHandler {
        try await gate.pass()
      } onCancel: {
        cancelled.fire(call.name)
      }
      return CallToolResult(text: "slow done")
    case "keyed": return CallToolResult(text: call.idempotencyKey ?? "no key")
    case "broken": throw RPCError(.internal, "it broke")
    default: throw ToolCallFailure.unknownTool("unknown tool \"\(call.name)\"")
    }
  }

  func observeChanges(_ onChange: @escaping @Sendable () -> Void) -> (any AnyObject & Sendable)? {
    observers.withLock { $0.append(onChange) }
    return self
  }

  func change() { for observer in observers.withLock({ $0 }) { observer() } }
}

/// A server over ``FakeTools`` and lines in the modern and legacy eras.
struct FakeServer {
  let tools: FakeTools
  let client: WireClient

  init(extra: Int = 0, tellsOfChanges: Bool = true) {
    tools = FakeTools(extra: extra, tellsOfChanges: tellsOfChanges)
    client = WireClient(
      MCPServerHandler(
        identity: ServerIdentity(implementation: Implementation(name: "fake", version: "1.0")), tools: tools))
  }

  static let meta =
    #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#

  func modern(_ method: String, _ params: String = "") async -> JSONValue {
    let params = params.isEmpty ? Self.meta : "\(params),\(Self.meta)"
    return await client.ask(#"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":{\#(params)}}"#)
  }

  func legacy(_ revision: String) async -> JSONValue {
    let answer = await client.ask(
      #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"\#(revision)","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"#
    )
    client.send(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
    return answer
  }

  func ask(_ method: String, _ params: String) async -> JSONValue {
    await client.ask(#"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(params)}"#)
  }
}
