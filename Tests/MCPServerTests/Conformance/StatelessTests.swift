import EverythingServer
import SCRProtocol
import SCRTestSupport
import Testing

/// `server-stateless` and `caching` of revision 2026-07-28.
@Suite("Conformance: stateless server", .timeLimit(.minutes(1)))
struct StatelessTests {
  @Test("server/discover tells versions, exactly what is offered, and the server's identity in _meta")
  func discover() async throws {
    let client = EverythingClient()
    #expect(
      try await client.result("server/discover") == [
        "resultType": "complete", "supportedVersions": ["2026-07-28"],
        "capabilities": [
          "tools": ["listChanged": true], "resources": ["subscribe": true, "listChanged": true],
          "prompts": ["listChanged": true], "completions": [:], "logging": [:],
          "extensions": ["io.modelcontextprotocol/tasks": [:]],
        ],
        "instructions": "A server for conformance tests.", "ttlMs": 3_600_000, "cacheScope": "public",
        "_meta": [
          "io.modelcontextprotocol/serverInfo": [
            "name": "scr-conformance-server", "title": "Everything", "version": "1.0.0",
          ]
        ],
      ])
  }

  @Test(
    "what may be cached says for how long and for whom; other results do not",
    arguments: [
      ("tools/list", [:], true), ("prompts/list", [:], true), ("resources/list", [:], true),
      ("resources/templates/list", [:], true), ("resources/read", ["uri": "test://static-text"], true),
      ("tools/call", ["name": "test_simple_text"], false), ("prompts/get", ["name": "test_simple_prompt"], false),
      (
        "completion/complete",
        ["ref": ["type": "ref/prompt", "name": "test_simple_prompt"], "argument": ["name": "a", "value": ""]], false
      ),
    ] as [(String, JSONObject, Bool)])
  func caching(method: String, params: JSONObject, isCached: Bool) async throws {
    let result = try await EverythingClient().result(method, params)
    #expect(result["resultType"] == "complete")
    #expect((result["ttlMs"]?.integerValue ?? -1 >= 0) == isCached)
    #expect(result["cacheScope"] == (isCached ? "private" : nil))
    #expect(result["_meta"]?["io.modelcontextprotocol/serverInfo"]?["name"] == "scr-conformance-server")
  }

  @Test(
    "removed and unknown methods get -32601, and errors echo the id",
    arguments: [
      "initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe", "tasks/list",
      "tasks/result", "notifications/initialized", "made/up",
    ])
  func removed(method: String) async throws {
    let client = EverythingClient()
    let answer = try await client.answer(to: client.send(method, id: .string("the id")))
    #expect(answer["error"]?["code"] == -32601)
    #expect(answer["id"] == "the id")
  }

  @Test(
    "every method without the required keys in _meta gets -32602",
    arguments: [
      "server/discover", "tools/list", "tools/call", "resources/list", "resources/templates/list", "resources/read",
      "prompts/list", "prompts/get", "completion/complete", "subscriptions/listen", "tasks/get", "tasks/update",
      "tasks/cancel",
    ])
  func missingMeta(method: String) async throws {
    let client = EverythingClient()
    for meta in [
      "", #""_meta":{}"#, #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}"#,
      #""_meta":{"io.modelcontextprotocol/clientCapabilities":{}}"#,
    ] {
      let answer = await client.wire.ask(#"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":{\#(meta)}}"#)
      #expect(answer["error"]?["code"] == -32602)
    }
  }

  @Test("log messages go to those requests alone that ask for them, and say the level asked for")
  func logging() async throws {
    let client = EverythingClient()
    #expect(try await client.call("test_logging_tool")["isError"] == false)
    #expect(client.passed() == [])
    _ = try await client.call("test_logging_tool", meta: ["io.modelcontextprotocol/logLevel": "info"])
    #expect(client.passed().map { $0["method"] } == Array(repeating: "notifications/message", count: 3))
    _ = try await client.call("test_logging_tool", meta: ["io.modelcontextprotocol/logLevel": "warning"])
    _ = try await client.call("test_logging_tool", meta: ["io.modelcontextprotocol/logLevel": "loud"])
    #expect(client.passed() == [])
  }

  @Test("a tool that needs what the client lacks is -32021 with the capability, in that very shape")
  func missingCapability() async throws {
    let error = try await EverythingClient().error("tools/call", ["name": "test_missing_capability"])
    #expect(error["code"] == -32021)
    #expect(error["data"]?["requiredCapabilities"] == ["sampling": [:]])
    #expect(
      try WireSchema.of("2026-07-28").faults(
        ["jsonrpc": "2.0", "id": 1, "error": error], "MissingRequiredClientCapabilityError") == [])
  }
}
