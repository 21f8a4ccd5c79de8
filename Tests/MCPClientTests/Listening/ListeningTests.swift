import MCPClient
import SCRProtocol
import SCRTestSupport
import Testing

/// Subscriptions of the modern era.
@Suite(.timeLimit(.minutes(3))) struct ListeningTests {
  private let changes = Signal<ServerChange>()
  private let acknowledged = Signal<SubscriptionFilter>()
  private let heard = Signal<String>()

  private func listen(_ server: ScriptedServer, _ filter: SubscriptionFilter) async throws -> ListenEnd {
    try await server.session.listen(
      filter, patience: .seconds(10), onAcknowledged: { [acknowledged] in acknowledged.fire($0) },
      onNotification: { [heard] method, _ in heard.fire(method) })
  }

  private func acknowledge(_ server: ScriptedServer, _ id: JSONValue?, _ filter: JSONValue) {
    server.say([
      "jsonrpc": "2.0", "method": "notifications/subscriptions/acknowledged",
      "params": ["notifications": filter, "_meta": ["io.modelcontextprotocol/subscriptionId": id ?? .null]],
    ])
  }

  private func tell(_ server: ScriptedServer, _ method: String, _ id: JSONValue?) {
    server.say([
      "jsonrpc": "2.0", "method": .string(method),
      "params": ["_meta": ["io.modelcontextprotocol/subscriptionId": id ?? .null]],
    ])
  }

  @Test func `what it honours is told, then what happens, until the server ends it properly`() async throws {
    let server = ScriptedServer(changes: changes)
    try await server.openModern()
    async let end = listen(server, SubscriptionFilter(tools: true, resourceSubscriptions: ["test://one"]))
    let request = await server.request("subscriptions/listen")
    #expect(
      request["params"]?["notifications"] == ["toolsListChanged": true, "resourceSubscriptions": ["test://one"]])
    acknowledge(server, request["id"], ["toolsListChanged": true])
    #expect(await acknowledged.values(1) == [SubscriptionFilter(tools: true)])
    tell(server, "notifications/tools/list_changed", request["id"])
    #expect(await changes.values(1) == [.tools])
    #expect(heard.all == ["notifications/tools/list_changed"])
    server.answer(request["id"], ["resultType": "complete"])
    let ending = try await end
    #expect(ending == .graceful)
    #expect(try WireSchema(.july2026).faults(of: request) == [])
  }

  @Test func `a subscription that the server takes back without a result is torn`() async throws {
    let server = ScriptedServer()
    try await server.openModern()
    async let end = listen(server, SubscriptionFilter(tools: true))
    let request = await server.request("subscriptions/listen")
    acknowledge(server, request["id"], ["toolsListChanged": true])
    server.say(["jsonrpc": "2.0", "method": "notifications/cancelled", "params": ["requestId": request["id"] ?? .null]])
    let ending = try await end
    #expect(ending == .torn)
  }

  @Test func `something else before the acknowledgement is none, and so is silence`() async throws {
    let server = ScriptedServer()
    try await server.openModern()
    async let first = listen(server, SubscriptionFilter(tools: true))
    tell(server, "notifications/tools/list_changed", await server.request("subscriptions/listen")["id"])
    let firstEnd = try await first
    #expect(firstEnd == .notAcknowledged)
    async let second = listen(server, SubscriptionFilter(tools: true))
    _ = await server.request("subscriptions/listen", after: 1)
    await server.clock.sleeper(for: .seconds(10))
    server.clock.advance(by: .seconds(10))
    let secondEnd = try await second
    #expect(secondEnd == .notAcknowledged)
  }

  @Test func `a server without subscriptions says so, and one that we leave is told`() async throws {
    let server = ScriptedServer()
    try await server.openModern()
    async let refused = listen(server, SubscriptionFilter(tools: true))
    let request = await server.request("subscriptions/listen")
    server.say([
      "jsonrpc": "2.0", "id": request["id"] ?? .null, "error": ["code": -32601, "message": "Method not found"],
    ])
    let refusal = try await refused
    #expect(refusal == .refused(RPCError(code: -32601, message: "Method not found")))
    await withTaskGroup(of: Void.self) { group in
      group.addTask { _ = try? await listen(server, SubscriptionFilter(tools: true)) }
      let id = await server.request("subscriptions/listen", after: 1)["id"]
      group.cancelAll()
      let cancelled = await server.request("notifications/cancelled")
      #expect(cancelled["params"]?["requestId"] == id)
    }
  }
}
