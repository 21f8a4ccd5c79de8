import EverythingServer
import MCPServer
import SCRProtocol
import SCRTestSupport
import Testing

/// `input-required-result-…` of revision 2026-07-28, and what else such results promise.
@Suite("Results that need input", .timeLimit(.minutes(1)))
struct InputRequiredTests {
  private static let every = EverythingClient.everyCapability
  private static func tool(_ name: String) -> String { "test_input_required_result_\(name)" }

  @Test("one question at a time: elicitation, sampling, roots")
  func basic() async throws {
    let client = EverythingClient(.july2026, Self.every)
    let cases: [(String, String, JSONValue, JSONValue, String)] = [
      (
        "elicitation", "user_name",
        [
          "method": "elicitation/create",
          "params": [
            "mode": "form", "message": "What is your name?",
            "requestedSchema": [
              "type": "object", "properties": ["name": ["type": "string"]], "required": ["name"],
            ],
          ],
        ], .accept(["name": "Alice"]), "Hello, Alice!"
      ),
      (
        "sampling", "capital_question",
        [
          "method": "sampling/createMessage",
          "params": [
            "messages": [
              ["role": "user", "content": ["type": "text", "text": "What is the capital of France?"]]
            ], "maxTokens": 100,
          ],
        ], .said("Paris"), "Paris"
      ),
      ("list_roots", "client_roots", ["method": "roots/list"], .roots, "The client has 1 roots: file:///work"),
    ]
    for (name, key, request, answer, text) in cases {
      let first = try await client.call(Self.tool(name))
      #expect(first["resultType"] == "input_required")
      #expect(first["inputRequests"] == .object(JSONObject([JSONField(key: key, value: request)])))
      #expect(first["ttlMs"] == nil)
      #expect(first["requestState"] == nil)
      let responses: JSONObject = [key: answer, "extra": ["action": "accept"]]
      let second = try await client.retry(Self.tool(name), state: nil, .object(responses))
      #expect(second["result"]?["resultType"] == "complete")
      #expect(second["result"]?.firstText == text)
    }
  }

  @Test(
    "missing, foreign and malformed answers are asked for again",
    arguments: [
      ["wrong_key": ["action": "accept", "content": ["name": "A"]]], ["user_name": 12345], ["user_name": nil], nil,
      ["user_name": ["action": "maybe"]], [:],
    ] as [JSONValue])
  func validation(responses: JSONValue) async throws {
    let client = EverythingClient(.july2026, Self.every)
    let answer = try await client.retry(Self.tool("elicitation"), state: nil, responses)
    #expect(answer["result"]?["resultType"] == "input_required")
    #expect(answer["result"]?["inputRequests"]?["user_name"] != nil)
    // The kind that waits does the same.
    let first = try await client.call(Self.tool("multi_round"))
    let again = try await client.retry(Self.tool("multi_round"), state: first["requestState"], responses)
    #expect(again["result"]?["inputRequests"]?.objectValue?.keys.sorted() == ["step1"])
    #expect(again["result"]?["requestState"] != first["requestState"])
  }

  @Test("responses that are no object are refused", arguments: [7, "x", []] as [JSONValue])
  func responsesShape(responses: JSONValue) async throws {
    let client = EverythingClient(.july2026, Self.every)
    #expect(try await client.retry(Self.tool("elicitation"), state: nil, responses)["error"]?["code"] == -32602)
  }

  @Test("several questions at once come with state, and all answers and the state come back to the tool")
  func several() async throws {
    let client = EverythingClient(.july2026, Self.every)
    let first = try await client.call(Self.tool("multiple_inputs"))
    #expect(first["inputRequests"]?.objectValue?.keys.sorted() == ["client_roots", "greeting", "user_name"])
    #expect(first["inputRequests"]?["greeting"]?["params"]?["maxTokens"] == 50)
    let answer = try await client.retry(
      Self.tool("multiple_inputs"), state: first["requestState"],
      ["user_name": .accept(["name": "Ann"]), "greeting": .said("Hello"), "client_roots": .roots])
    #expect(answer["result"]?.firstText == "Hello Ann, you work in file:///work.")

    let state = try await client.call(Self.tool("request_state"))
    let ok = try await client.retry(
      Self.tool("request_state"), state: state["requestState"], ["confirm": .accept(["ok": true])])
    #expect(ok["result"]?.firstText == "state-ok")
  }

  @Test("a call goes through several rounds, each with a state of its own that is good once")
  func rounds() async throws {
    let client = EverythingClient(.july2026, Self.every)
    let first = try await client.call(Self.tool("multi_round"))
    #expect(first["inputRequests"]?["step1"]?["params"]?["message"] == "Step 1: What is your name?")
    let answers: JSONValue = ["step1": .accept(["name": "Ann"])]
    let second = try await client.retry(Self.tool("multi_round"), state: first["requestState"], answers)
    #expect(
      second["result"]?["inputRequests"]?["step2"]?["params"]?["message"] == "Step 2: What is your favorite color?")
    #expect(second["result"]?["requestState"] != first["requestState"])
    let replay = try await client.retry(Self.tool("multi_round"), state: first["requestState"], answers)
    #expect(replay["error"]?["code"] == -32602)
    let third = try await client.retry(
      Self.tool("multi_round"), state: second["result"]?["requestState"], ["step2": .accept(["color": "red"])])
    #expect(third["result"]?.firstText == "Ann likes the color red.")
  }

  @Test("a prompt may need input too")
  func prompt() async throws {
    let client = EverythingClient(.july2026, Self.every)
    let params: JSONObject = ["name": "test_input_required_result_prompt"]
    let first = try await client.result("prompts/get", params)
    #expect(
      first["inputRequests"]?["user_context"]?["params"]?["message"] == "What context should the prompt use?")
    var retry = params
    retry["inputResponses"] = ["user_context": .accept(["context": "the sea"])]
    let second = try await client.result("prompts/get", retry)
    #expect(second["messages"]?.arrayValue?.first?["content"]?["text"] == "Use this context: the sea")
  }

  @Test(
    "a changed state, a foreign one and one for other arguments are errors",
    arguments: ["tampered_state", "multi_round"])
  func tampered(name: String) async throws {
    let client = EverythingClient(.july2026, Self.every)
    let responses: JSONValue = ["confirm": .accept(["ok": true]), "step1": .accept(["name": "A"])]
    let first = try await client.call(Self.tool(name))
    let state = try #require(first["requestState"]?.stringValue)
    let changed = [
      state + "-TAMPERED", String(state.dropLast()), String(state.dropFirst()), "", ".", "x.y",
      state.replacing(".", with: ".."),
    ]
    for blob in changed {
      let answer = try await client.retry(Self.tool(name), state: .string(blob), responses)
      #expect(answer["error"]?["code"] == -32602)
      #expect(answer["error"]?["data"]?["path"] == "params.requestState")
    }
    #expect(try await client.retry(Self.tool(name), state: 7, responses)["error"]?["code"] == -32602)
    let others = try await client.retry(Self.tool(name), ["a": 1], state: .string(state), responses)
    #expect(others["error"]?["code"] == -32602)
    let elsewhere = try await client.retry(Self.tool("elicitation"), state: .string(state), responses)
    #expect(elsewhere["error"]?["code"] == -32602)
    let foreign = EverythingClient(.july2026, Self.every)
    #expect(try await foreign.retry(Self.tool(name), state: .string(state), responses)["error"]?["code"] == -32602)
    // None of this has used it up.
    #expect(try await client.retry(Self.tool(name), state: .string(state), responses)["error"] == nil)
  }

  @Test("nothing is asked that the client did not declare")
  func capabilities() async throws {
    let client = EverythingClient()
    let cases: [(JSONObject, [String])] = [
      (["sampling": [:]], ["greeting"]), (["roots": [:]], ["client_roots"]), (["elicitation": [:]], ["user_name"]),
      (["elicitation": ["form": [:]], "sampling": [:]], ["greeting", "user_name"]),
    ]
    for (capabilities, keys) in cases {
      let result = try await client.call(Self.tool("capabilities"), capabilities: capabilities)
      #expect(result["inputRequests"]?.objectValue?.keys.sorted() == keys)
    }
    for capabilities in [[:], ["elicitation": ["url": [:]]]] as [JSONObject] {
      let result = try await client.call(Self.tool("capabilities"), capabilities: capabilities)
      #expect(result["resultType"] == "complete")
    }
    for (name, missing): (String, JSONValue) in [
      ("elicitation", ["elicitation": ["form": [:]]]), ("sampling", ["sampling": [:]]), ("list_roots", ["roots": [:]]),
      ("multi_round", ["elicitation": ["form": [:]]]),
    ] {
      for capabilities in [[:], ["elicitation": ["url": [:]]]] as [JSONObject] {
        let error = try await client.error(
          "tools/call", ["name": .string(Self.tool(name))], capabilities: capabilities)
        #expect(error["code"] == -32021)
        #expect(error["data"]?["requiredCapabilities"] == missing)
      }
    }
  }

  @Test("progress follows the client to the request that it comes back with")
  func progress() async throws {
    let client = EverythingClient(.july2026, Self.every)
    let first = try await client.call("test_streaming_elicitation", meta: ["progressToken": "one"])
    #expect(client.passed().map { $0["params"]?["progressToken"] } == ["one"])
    let answer = try await client.retry(
      "test_streaming_elicitation", state: first["requestState"], ["input": .accept(["go": true])],
      meta: ["progressToken": "two"])
    #expect(
      client.passed().map { $0["params"] } == [
        ["progressToken": "two", "progress": 2, "total": 2, "message": "answered"]
      ])
    #expect(answer["result"]?.firstText == #"User response: action=accept, content={"go":true}"#)
  }
}
