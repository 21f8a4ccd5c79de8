import EverythingServer
import MCPServer
import SCRConnection
import SCRProtocol
import SCRTestSupport
import Testing

/// What revision 2025-11-25 alone asks of a server under test.
@Suite("Conformance: 2025-11-25", .timeLimit(.minutes(1)))
struct LegacyConformanceTests {
  @Test("initialize tells the server's identity and exactly what it offers")
  func initialize() async throws {
    let client = EverythingClient(.november2025)
    #expect(
      try await client.open() == [
        "protocolVersion": "2025-11-25",
        "capabilities": [
          "tools": ["listChanged": true], "resources": ["subscribe": true, "listChanged": true],
          "prompts": ["listChanged": true], "completions": [:], "logging": [:],
          "tasks": ["list": [:], "cancel": [:], "requests": ["tools": ["call": [:]]]],
        ],
        "serverInfo": ["name": "scr-conformance-server", "title": "Everything", "version": "1.0.0"],
        "instructions": "A server for conformance tests.",
      ])
    #expect(try await client.result("ping") == [:])
  }

  @Test("log messages come at the level that was set and above, and none before one was")
  func logging() async throws {
    let client = try await EverythingClient.opened(.november2025)
    _ = try await client.call("test_tool_with_logging")
    #expect(client.passed() == [])
    #expect(try await client.result("logging/setLevel", ["level": "debug"]) == [:])
    _ = try await client.call("test_tool_with_logging")
    let texts = ["Tool execution started", "Tool processing data", "Tool execution completed"]
    #expect(
      client.passed().map { $0["params"] }
        == texts.map { ["level": "info", "logger": "everything", "data": .string($0)] })
    #expect(try await client.result("logging/setLevel", ["level": "error"]) == [:])
    _ = try await client.call("test_tool_with_logging")
    #expect(client.passed() == [])
    #expect(try await client.error("logging/setLevel", ["level": "loud"])["code"] == -32602)
  }

  @Test("sampling asks the client's model in the middle of the call")
  func sampling() async throws {
    let client = try await EverythingClient.opened(.november2025, ["sampling": [:]]) { request in
      #expect(request.method == .sample)
      #expect(
        request.params == [
          "messages": [["role": "user", "content": ["type": "text", "text": "Test prompt"]]], "maxTokens": 100,
        ])
      return .said("hi")
    }
    #expect(try await client.call("test_sampling", ["prompt": "Test prompt"]).firstText == "LLM response: hi")
  }

  @Test("elicitation asks the user in the middle of the call, and tells the tool what came of it")
  func elicitation() async throws {
    let client = try await EverythingClient.opened(.november2025, ["elicitation": [:]]) { request in
      #expect(request.params["message"] == "Tell me")
      #expect(request.params["requestedSchema"]?["required"] == ["username", "email"])
      return .accept(["username": "ann", "email": "a@example.org"])
    }
    #expect(
      try await client.call("test_elicitation", ["message": "Tell me"]).firstText
        == #"User response: action=accept, content={"username":"ann","email":"a@example.org"}"#)
    let other = try await EverythingClient.opened(.november2025, ["elicitation": [:]]) { _ in ["action": "decline"] }
    #expect(try await other.call("test_elicitation").firstText == "User response: action=decline, content={}")
  }

  @Test("defaults of every type, and every kind of choice, stand in the schemas")
  func schemas() async throws {
    let client = try await EverythingClient.opened(.november2025, ["elicitation": [:]]) { request in
      let properties = request.params["requestedSchema"]?["properties"]
      if properties?["score"] != nil {
        let defaults = ["name", "age", "score", "status", "verified"].map { properties?[$0]?["default"] }
        #expect(defaults == ["John Doe", 30, 95.5, "active", true])
        return .accept(["name": "Ann", "age": 31])
      }
      #expect(properties?["untitledSingle"]?["enum"] == ["option1", "option2", "option3"])
      #expect(properties?["titledSingle"]?["oneOf"]?.arrayValue?.first == ["const": "value1", "title": "First Option"])
      #expect(properties?["legacyEnum"]?["enumNames"]?.arrayValue?.count == 3)
      #expect(properties?["untitledMulti"]?["items"]?["enum"] != nil)
      #expect(properties?["titledMulti"]?["items"]?["anyOf"]?.arrayValue?.count == 3)
      return ["action": "cancel"]
    }
    #expect(
      try await client.call("test_elicitation_sep1034_defaults").firstText
        == #"Elicitation completed: action=accept, content={"name":"Ann","age":31}"#)
    #expect(
      try await client.call("test_elicitation_sep1330_enums").firstText
        == "Elicitation completed: action=cancel, content={}")
  }

  @Test("a client is asked only what it declared; what it answers in another shape is an error")
  func undeclared() async throws {
    let silent = try await EverythingClient.opened(.november2025)
    #expect(
      try await silent.error("tools/call", ["name": "test_sampling"])["data"]?["requiredCapabilities"]
        == ["sampling": [:]])
    let odd = try await EverythingClient.opened(.november2025, ["elicitation": [:]]) { _ in 12345 }
    #expect(try await odd.error("tools/call", ["name": "test_elicitation"])["code"] == -32600)
  }

  @Test("tools of the stateless kind ask an older client by requests, round by round")
  func stateless() async throws {
    let client = try await EverythingClient.opened(.november2025, EverythingClient.everyCapability) { request in
      switch request.method {
      case .elicit:
        .accept([
          "name": "Ann", "color": "red", "ok": true, "context": "the sea",
        ])
      case .sample: .said("Hello")
      case .listRoots: .roots
      }
    }
    #expect(
      try await client.call("test_input_required_result_multiple_inputs").firstText
        == "Hello Ann, you work in file:///work.")
    #expect(try await client.call("test_input_required_result_request_state").firstText == "state-ok")
    #expect(
      try await client.call("test_input_required_result_multi_round").firstText == "Ann likes the color red.")
    let prompt = try await client.result("prompts/get", ["name": "test_input_required_result_prompt"])
    #expect(prompt["messages"]?.arrayValue?.first?["content"]?["text"] == "Use this context: the sea")
  }

  @Test("a subscribed resource is told of, until it is unsubscribed")
  func subscribe() async throws {
    let client = try await EverythingClient.opened(.november2025)
    #expect(try await client.result("resources/subscribe", ["uri": "test://watched-resource"]) == [:])
    client.server.resources.updates.tell("test://watched-resource")
    client.server.resources.updates.tell("test://static-text")
    #expect(
      try await client.next() == [
        "jsonrpc": "2.0", "method": "notifications/resources/updated", "params": ["uri": "test://watched-resource"],
      ])
    #expect(try await client.result("resources/unsubscribe", ["uri": "test://watched-resource"]) == [:])
    client.server.resources.updates.tell("test://watched-resource")
    #expect(try await client.result("ping") == [:])
    #expect(client.passed() == [])
    #expect(client.server.resources.updates.count == 0)
    #expect(try await client.error("resources/subscribe", ["uri": "test://nope"])["code"] == -32002)
  }

  @Test("changes of all lists are told, and at the end of input nobody is observed any more")
  func lists() async throws {
    let client = try await EverythingClient.opened(.november2025)
    client.server.tools.listChanges.tell(())
    client.server.prompts.listChanges.tell(())
    client.server.resources.listChanges.tell(())
    for kind in ["tools", "prompts", "resources"] {
      let expected: JSONValue = ["jsonrpc": "2.0", "method": .string("notifications/\(kind)/list_changed")]
      #expect(try await client.next() == expected)
    }
    client.wire.connection.endOfInput()
    #expect(client.server.tools.listChanges.count == 0)
    #expect(client.server.prompts.listChanges.count == 0)
    #expect(client.server.resources.listChanges.count == 0)
  }
}
