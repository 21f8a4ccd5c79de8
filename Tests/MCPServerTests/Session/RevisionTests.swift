import EverythingServer
import MCPServer
import SCRProtocol
import Testing

/// The whole server in each of the revisions that begin with `initialize`: every answer fits the revision's schema.
@Suite("Older revisions", .timeLimit(.minutes(1)))
struct RevisionTests {
  @Test("all methods of the revision answer in its shapes", arguments: ProtocolRevision.legacy)
  func wholeServer(revision: ProtocolRevision) async throws {
    let client = try await EverythingClient.opened(revision)
    for method in ["tools/list", "resources/list", "resources/templates/list", "prompts/list", "ping"] {
      #expect(try await client.ask(method)["error"] == nil)
    }
    #expect(try await client.result("logging/setLevel", ["level": "debug"]) == [:])
    for tool in [
      "test_simple_text", "test_image_content", "test_audio_content", "test_embedded_resource",
      "test_multiple_content_types", "test_error_handling", "test_tool_with_logging",
    ] {
      _ = try await client.call(tool)
    }
    _ = try await client.call("test_tool_with_progress", meta: ["progressToken": 1])
    #expect(
      client.passed().allSatisfy {
        ($0["params"]?["message"] != nil) == (revision >= .march2025) || $0["method"] != "notifications/progress"
      })
    for uri in ["test://static-text", "test://static-binary", "test://template/1/data"] {
      #expect(
        try await client.result("resources/read", ["uri": .string(uri)]).objectValue?.keys.sorted() == ["contents"])
    }
    #expect(try await client.error("resources/read", ["uri": "test://nope"])["code"] == -32002)
    _ = try await client.result("prompts/get", ["name": "test_prompt_with_image"])
    _ = try await client.result(
      "completion/complete",
      ["ref": ["type": "ref/prompt", "name": "test_simple_prompt"], "argument": ["name": "a", "value": ""]])
    _ = try await client.result("resources/subscribe", ["uri": "test://static-text"])
    client.server.resources.updates.tell("test://static-text")
    client.server.tools.listChanges.tell(())
    #expect(try await client.next()["method"] == "notifications/resources/updated")
    #expect(try await client.next()["method"] == "notifications/tools/list_changed")
    for method in ["server/discover", "subscriptions/listen", "made/up"] {
      #expect(try await client.error(method)["code"] == -32601)
    }
  }

  @Test(
    "capabilities are those of the revision",
    arguments: [
      (ProtocolRevision.november2024, ["tools", "resources", "prompts", "logging"]),
      (.march2025, ["tools", "resources", "prompts", "completions", "logging"]),
      (.june2025, ["tools", "resources", "prompts", "completions", "logging"]),
      (.november2025, ["tools", "resources", "prompts", "completions", "logging", "tasks"]),
    ])
  func capabilities(revision: ProtocolRevision, names: [String]) async throws {
    let result = try await EverythingClient(revision).open()
    #expect(result["capabilities"]?.objectValue?.keys.sorted() == names.sorted())
    #expect((result["serverInfo"]?["title"] != nil) == (revision >= .june2025))
  }

  @Test("titles, audio and the like are there where the revision has them", arguments: ProtocolRevision.legacy)
  func shapes(revision: ProtocolRevision) async throws {
    let client = try await EverythingClient.opened(revision)
    let resource = try await client.result("resources/list")["resources"]?.arrayValue?.first
    #expect((resource?["title"] != nil) == (revision >= .june2025))
    let prompts = try await client.result("prompts/list")["prompts"]?.arrayValue
    #expect((prompts?.first { $0["name"] == "test_simple_prompt" }?["title"] != nil) == (revision >= .june2025))
    let audio = try await client.call("test_audio_content")["content"]?.arrayValue?.first
    #expect(audio?["type"] == (revision >= .march2025 ? "audio" : "text"))
    let tools = try await client.result("tools/list")["tools"]?.arrayValue
    #expect(tools?.contains { $0["execution"] != nil } == (revision == .november2025))
  }

  @Test("a client of 2025-06-18 is asked by forms without a mode, and one of 2024-11-05 can be asked its model")
  func questions() async throws {
    let june = try await EverythingClient.opened(.june2025, ["elicitation": [:]]) { request in
      #expect(request.params["mode"] == nil)
      return ["action": "decline"]
    }
    #expect(try await june.call("test_elicitation").firstText == "User response: action=decline, content={}")
    let old = try await EverythingClient.opened(.november2024, ["sampling": [:], "roots": [:]]) { request in
      request.method == .sample ? .said("old") : .roots
    }
    #expect(try await old.call("test_sampling", ["prompt": "x"]).firstText == "LLM response: old")
    #expect(
      try await old.call("test_input_required_result_list_roots").firstText == "The client has 1 roots: file:///work")
  }
}
