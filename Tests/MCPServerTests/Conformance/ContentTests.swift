import EverythingServer
import SCRProtocol
import Testing

/// What both current revisions ask of a server under test, to the letter.
@Suite("Conformance: tools, prompts, resources", .timeLimit(.minutes(1)))
struct ContentTests {
  static let revisions: [ProtocolRevision] = [.november2025, .july2026]

  private static let png: JSONValue = ["type": "image", "data": .string(Samples.png), "mimeType": "image/png"]

  @Test("tools give the very content that is asked for, without arguments", arguments: revisions)
  func tools(revision: ProtocolRevision) async throws {
    let client = try await EverythingClient.opened(revision)
    func text(_ text: String) -> JSONValue { [["type": "text", "text": .string(text)]] }
    let expected: [(String, JSONValue)] = [
      ("test_simple_text", text("This is a simple text response for testing.")),
      ("test_image_content", [Self.png]),
      ("test_audio_content", [["type": "audio", "data": .string(Samples.wav), "mimeType": "audio/wav"]]),
      (
        "test_embedded_resource",
        [
          [
            "type": "resource",
            "resource": [
              "uri": "test://embedded-resource", "mimeType": "text/plain",
              "text": "This is an embedded resource content.",
            ],
          ]
        ]
      ),
      (
        "test_multiple_content_types",
        [
          ["type": "text", "text": "Multiple content types test:"], Self.png,
          [
            "type": "resource",
            "resource": [
              "uri": "test://mixed-content-resource", "mimeType": "application/json",
              "text": #"{"test":"data","value":123}"#,
            ],
          ],
        ]
      ),
    ]
    for (tool, content) in expected {
      let result = try await client.call(tool)
      #expect(result["content"] == content)
      #expect(result["isError"] == false)
    }
    let error = try await client.call("test_error_handling")
    #expect(error["content"] == text("This tool intentionally returns an error for testing"))
    #expect(error["isError"] == true)
    #expect(try await client.error("tools/call", ["name": "nope"])["code"] == -32602)
  }

  @Test(
    "every tool has a proper name, a description and a schema of an object; the order is fixed", arguments: revisions)
  func toolList(revision: ProtocolRevision) async throws {
    let client = try await EverythingClient.opened(revision)
    let tools = try #require(try await client.result("tools/list")["tools"]?.arrayValue)
    let names = tools.compactMap { $0["name"]?.stringValue }
    #expect(names == names.sorted())
    #expect(names.count == 33)
    #expect(names.allSatisfy { $0.wholeMatch(of: /[A-Za-z0-9_.\/-]{1,64}/) != nil })
    #expect(tools.allSatisfy { $0["description"]?.stringValue?.isEmpty == false })
    #expect(tools.allSatisfy { $0["inputSchema"]?["type"] == "object" })
    let schema = tools.first { $0["name"] == "json_schema_2020_12_tool" }?["inputSchema"]
    #expect(schema?["$schema"] == "https://json-schema.org/draft/2020-12/schema")
    #expect(schema?["$defs"]?["address"]?["$anchor"] == "addressDef")
    #expect(schema?["additionalProperties"] == false)
    for keyword in ["allOf", "if", "then", "else"] { #expect(schema?[keyword] != nil) }
  }

  @Test("progress comes to the very token, growing, before the result", arguments: revisions)
  func progress(revision: ProtocolRevision) async throws {
    for token: JSONValue in ["p-1", 7] {
      let client = try await EverythingClient.opened(revision)
      let result = try await client.call("test_tool_with_progress", meta: ["progressToken": token])
      #expect(result.firstText == "The work is done.")
      #expect(
        client.passed().map { $0["params"] }
          == [0, 50, 100].map { step in
            [
              "progressToken": token, "progress": .integer(step), "total": 100,
              "message": .string("Completed step \(step) of 100"),
            ]
          })
      _ = try await client.call("test_tool_with_progress")
      #expect(client.passed() == [])
    }
  }

  @Test("prompts give the very messages that are asked for", arguments: revisions)
  func prompts(revision: ProtocolRevision) async throws {
    let client = try await EverythingClient.opened(revision)
    func get(_ name: String, _ arguments: JSONObject? = nil) async throws -> JSONValue? {
      var params: JSONObject = ["name": .string(name)]
      params["arguments"] = arguments.map { .object($0) }
      return try await client.result("prompts/get", params)["messages"]
    }
    func text(_ text: String) -> JSONValue {
      ["role": "user", "content": ["type": "text", "text": .string(text)]]
    }
    #expect(try await get("test_simple_prompt") == [text("This is a simple prompt for testing.")])
    #expect(
      try await get("test_prompt_with_arguments", ["arg1": "hello", "arg2": "world"])
        == [text("Prompt with arguments: arg1='hello', arg2='world'")])
    #expect(
      try await get("test_prompt_with_embedded_resource", ["resourceUri": "test://example-resource"]) == [
        [
          "role": "user",
          "content": [
            "type": "resource",
            "resource": [
              "uri": "test://example-resource", "mimeType": "text/plain",
              "text": "Embedded resource content for testing.",
            ],
          ],
        ], text("Please process the embedded resource above."),
      ])
    #expect(
      try await get("test_prompt_with_image") == [
        ["role": "user", "content": Self.png], text("Please analyze the image above."),
      ])
    let prompts = try #require(try await client.result("prompts/list")["prompts"]?.arrayValue)
    #expect(
      prompts.map { $0["name"] } == [
        "test_input_required_result_prompt", "test_prompt_with_arguments", "test_prompt_with_embedded_resource",
        "test_prompt_with_image", "test_simple_prompt",
      ])
    #expect(prompts[1]["arguments"]?.arrayValue?.map { $0["required"] } == [true, true])
    for (params, path): (JSONObject, JSONValue) in [
      (["name": "nope"], "params.name"), (["name": 1], "params.name"), ([:], "params.name"),
      (["name": "test_prompt_with_arguments", "arguments": ["arg1": "a"]], "params.arguments.arg2"),
      (["name": "test_prompt_with_arguments", "arguments": ["arg1": 1]], "params.arguments.arg1"),
      (["name": "test_simple_prompt", "arguments": []], "params.arguments"),
    ] {
      let error = try await client.error("prompts/get", params)
      #expect(error["code"] == -32602)
      #expect(error["data"]?["path"] == path)
    }
  }

  @Test("resources are listed, read as text and bytes, and read by their template", arguments: revisions)
  func resources(revision: ProtocolRevision) async throws {
    let client = try await EverythingClient.opened(revision)
    let list = try await client.result("resources/list")["resources"]?.arrayValue
    #expect(list?.map { $0["uri"] } == ["test://static-binary", "test://static-text", "test://watched-resource"])
    let templates = try await client.result("resources/templates/list")["resourceTemplates"]?.arrayValue
    #expect(templates?.map { $0["uriTemplate"] } == ["test://template/{id}/data"])
    let contents: [(String, JSONValue)] = [
      (
        "test://static-text",
        [
          "uri": "test://static-text", "mimeType": "text/plain",
          "text": "This is the content of the static text resource.",
        ]
      ),
      (
        "test://static-binary",
        ["uri": "test://static-binary", "mimeType": "image/png", "blob": .string(Samples.png)]
      ),
      (
        "test://template/123/data",
        [
          "uri": "test://template/123/data", "mimeType": "application/json",
          "text": #"{"id":"123","templateTest":true,"data":"Data for ID: 123"}"#,
        ]
      ),
    ]
    for (uri, content) in contents {
      #expect(try await client.result("resources/read", ["uri": .string(uri)])["contents"] == [content])
    }
    let missing = try await client.error("resources/read", ["uri": "test://nope"])
    #expect(missing["code"] == (revision.isModern ? -32602 : -32002))
    #expect(missing["data"]?["uri"] == "test://nope")
    #expect(try await client.error("resources/read", ["uri": 7])["code"] == -32602)
    for method in ["resources/list", "resources/templates/list", "prompts/list", "tools/list"] {
      #expect(try await client.error(method, ["cursor": "made-up"])["code"] == -32602)
      #expect(try await client.ask(method, ["cursor": ""])["error"] == nil)
    }
  }

  @Test(
    "completions begin as the user began, hold a hundred at most, and know prompts and templates", arguments: revisions)
  func completions(revision: ProtocolRevision) async throws {
    let client = try await EverythingClient.opened(revision)
    func complete(_ ref: JSONValue, _ value: String) async throws -> JSONValue {
      try await client.ask(
        "completion/complete", ["ref": ref, "argument": ["name": "arg1", "value": .string(value)]])
    }
    let prompt: JSONValue = ["type": "ref/prompt", "name": "test_prompt_with_arguments"]
    #expect(
      try await complete(prompt, "test")["result"]?["completion"]
        == ["values": ["test", "testing"], "total": 2, "hasMore": false])
    let ids = try await complete(["type": "ref/resource", "uri": "test://template/{id}/data"], "")["result"]
    #expect(ids?["completion"]?["values"]?.arrayValue?.count == 100)
    #expect(ids?["completion"]?["total"] == 250)
    #expect(ids?["completion"]?["hasMore"] == true)
    for ref: JSONValue in [["type": "ref/prompt", "name": "nope"], ["type": "ref/tool"], 7] {
      #expect(try await complete(ref, "")["error"]?["code"] == -32602)
    }
    #expect(
      try await client.error("completion/complete", ["ref": prompt, "argument": ["name": "arg1"]])["code"] == -32602)
  }
}
