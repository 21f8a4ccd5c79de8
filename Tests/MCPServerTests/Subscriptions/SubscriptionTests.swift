import EverythingServer
import MCPServer
import SCRConnection
import SCRProtocol
import SCRTestSupport
import Testing

@Suite("subscriptions/listen", .timeLimit(.minutes(1)))
struct SubscriptionTests {
  private static func tag(_ id: JSONValue) -> JSONValue { ["io.modelcontextprotocol/subscriptionId": id] }

  private static func listen(
    _ client: EverythingClient, _ filter: JSONObject, id: RequestID = .string("s1")
  ) async throws -> JSONValue {
    client.send("subscriptions/listen", ["notifications": .object(filter)], id: id)
    return try await client.next()
  }

  @Test(
    "the acknowledgement comes first and names only what is honoured",
    arguments: [.string("s1"), .integer(41)] as [RequestID])
  func acknowledged(id: RequestID) async throws {
    let client = EverythingClient(.july2026, EverythingClient.tasks)
    let ack = try await Self.listen(
      client,
      [
        "toolsListChanged": true, "promptsListChanged": false, "futureThings": true,
        "resourceSubscriptions": ["test://watched-resource", "test://nope", "test://watched-resource"],
        "taskIds": ["nope"],
      ], id: id)
    #expect(
      ack == [
        "jsonrpc": "2.0", "method": "notifications/subscriptions/acknowledged",
        "params": [
          "_meta": Self.tag(id.json),
          "notifications": ["toolsListChanged": true, "resourceSubscriptions": ["test://watched-resource"]],
        ],
      ])
  }

  @Test("what was asked for is told, with the subscription's id, and nothing else is")
  func filter() async throws {
    let client = EverythingClient()
    _ = try await Self.listen(client, ["promptsListChanged": true])
    _ = try await client.call("test_trigger_tool_change")
    #expect(client.passed() == [])
    _ = try await client.call("test_trigger_prompt_change")
    #expect(
      client.passed() == [
        [
          "jsonrpc": "2.0", "method": "notifications/prompts/list_changed", "params": ["_meta": Self.tag("s1")],
        ]
      ])
  }

  @Test("several subscriptions are open at once, each with what it asked for; cancelling one leaves the others")
  func several() async throws {
    let client = EverythingClient()
    _ = try await Self.listen(client, ["toolsListChanged": true, "resourcesListChanged": true], id: .integer(7))
    _ = try await Self.listen(client, ["resourceSubscriptions": ["test://static-text"]], id: .string("7"))
    _ = try await Self.listen(client, ["resourceSubscriptions": ["test://static-text"]], id: .string("third"))
    client.wire.send(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"third"}}"#)
    client.server.resources.updates.tell("test://static-text")
    #expect(
      try await client.next() == [
        "jsonrpc": "2.0", "method": "notifications/resources/updated",
        "params": ["uri": "test://static-text", "_meta": Self.tag("7")],
      ])
    client.server.resources.listChanges.tell(())
    #expect(try await client.next()["params"] == ["_meta": Self.tag(7)])
    client.server.tools.listChanges.tell(())
    #expect(try await client.next()["method"] == "notifications/tools/list_changed")
    _ = try await client.call("test_simple_text")
    #expect(client.passed() == [])
  }

  @Test("at the end of input each ends with its result, then the notice, and nobody is observed any more")
  func end() async throws {
    let client = EverythingClient()
    _ = try await Self.listen(client, ["toolsListChanged": true])
    #expect(client.server.tools.listChanges.count == 1)
    client.wire.connection.endOfInput()
    await client.wire.connection.drained()
    #expect(
      try await client.next() == [
        "jsonrpc": "2.0", "id": "s1", "result": ["resultType": "complete", "_meta": Self.tag("s1")],
      ])
    let notice = try await client.next()
    #expect(notice["method"] == "notifications/cancelled")
    #expect(notice["params"]?["requestId"] == "s1")
    #expect(client.server.tools.listChanges.count == 0)
  }

  @Test("tasks are told of to those alone who declare the extension")
  func taskIDs() async throws {
    let client = EverythingClient()
    let error = try await client.error("subscriptions/listen", ["notifications": ["taskIds": ["T"]]])
    #expect(error["code"] == -32021)
    #expect(error["data"]?["requiredCapabilities"] == ["extensions": ["io.modelcontextprotocol/tasks": [:]]])
  }

  @Test(
    "a filter of another shape is refused",
    arguments: [nil, 7, ["toolsListChanged": 1], ["taskIds": "T"], ["resourceSubscriptions": [1]]] as [JSONValue])
  func malformed(filter: JSONValue) async throws {
    #expect(try await EverythingClient().error("subscriptions/listen", ["notifications": filter])["code"] == -32602)
    #expect(try await EverythingClient().error("subscriptions/listen")["code"] == -32602)
  }

  @Test("too many subscriptions are refused, and too long filters are honoured as far as the limit")
  func limits() async throws {
    var limits = ServerLimits()
    limits.subscriptions = 2
    limits.subscribedItems = 1
    let client = EverythingClient(limits: limits)
    let uris: JSONValue = ["test://static-text", "test://watched-resource"]
    let ack = try await Self.listen(client, ["resourceSubscriptions": uris])
    #expect(ack["params"]?["notifications"]?["resourceSubscriptions"] == ["test://static-text"])
    _ = try await Self.listen(client, [:], id: .string("s2"))
    #expect(try await client.error("subscriptions/listen", ["notifications": [:]])["code"] == 1006)
  }
}
