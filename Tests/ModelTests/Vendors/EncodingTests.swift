import SCRProtocol
import SCRRuntime
import Testing

@testable import SCRModels

/// What goes out: transcripts with calls and results, choices of tools, structure, limits.
struct EncodingTests {
  /// Two calls at once, one of which failed, and a word of the user after their results.
  private static let transcript: ModelRequest = {
    var request = VendorSample.request
    let calls = VendorSample.calls("c1", "c2")
    request.messages = [
      .user("go"),
      ModelMessage(
        role: .assistant,
        parts: [
          .reasoning(ModelReasoning(text: "Hm.", seal: ["sealed": 1], kind: "anthropic")), .text("Let me see."),
          .toolCall(calls[0]), .toolCall(calls[1]),
        ]),
      ModelMessage(
        role: .user,
        parts: [
          .toolResult(ModelToolResult(calls[0], text: "4")),
          .toolResult(ModelToolResult(calls[1], text: "no such tool", isError: true)), .text("Be quick."),
        ]),
    ]
    return request
  }()

  private func messages(_ kind: ProviderSettings.Kind, _ key: String = "messages") throws -> JSONValue? {
    try VendorBench.body(kind, Self.transcript)[key]
  }

  @Test func `OpenAI's chat has one message per result, right after the calls`() throws {
    #expect(
      try messages(.openai) == [
        ["role": "system", "content": "Be brief."], ["role": "user", "content": "go"],
        [
          "role": "assistant", "content": "Let me see.",
          "tool_calls": [
            [
              "id": "c1", "type": "function",
              "function": ["name": "calculator", "arguments": "{\"expression\":\"2+2\"}"],
            ],
            [
              "id": "c2", "type": "function",
              "function": ["name": "calculator", "arguments": "{\"expression\":\"3+3\"}"],
            ],
          ],
        ],
        ["role": "tool", "tool_call_id": "c1", "content": "4"],
        ["role": "tool", "tool_call_id": "c2", "content": "Error: no such tool"],
        ["role": "user", "content": "Be quick."],
      ])
  }

  @Test func `OpenAI's responses are items`() throws {
    #expect(
      try messages(.openaiResponses, "input") == [
        ["role": "user", "content": [["type": "input_text", "text": "go"]]],
        ["role": "assistant", "content": [["type": "output_text", "text": "Let me see."]]],
        [
          "type": "function_call", "call_id": "c1", "name": "calculator", "arguments": "{\"expression\":\"2+2\"}",
        ],
        [
          "type": "function_call", "call_id": "c2", "name": "calculator", "arguments": "{\"expression\":\"3+3\"}",
        ],
        ["type": "function_call_output", "call_id": "c1", "output": "4"],
        ["type": "function_call_output", "call_id": "c2", "output": "Error: no such tool"],
        ["role": "user", "content": [["type": "input_text", "text": "Be quick."]]],
      ])
  }

  @Test func `Anthropic's turns are blocks, with its own thinking given back and results first`() throws {
    #expect(
      try messages(.anthropic) == [
        ["role": "user", "content": [["type": "text", "text": "go"]]],
        [
          "role": "assistant",
          "content": [
            ["sealed": 1], ["type": "text", "text": "Let me see."],
            ["type": "tool_use", "id": "c1", "name": "calculator", "input": ["expression": "2+2"]],
            ["type": "tool_use", "id": "c2", "name": "calculator", "input": ["expression": "3+3"]],
          ],
        ],
        [
          "role": "user",
          "content": [
            ["type": "tool_result", "tool_use_id": "c1", "content": "4"],
            ["type": "tool_result", "tool_use_id": "c2", "content": "no such tool", "is_error": true],
            ["type": "text", "text": "Be quick.", "cache_control": ["type": "ephemeral"]],
          ],
        ],
      ])
  }

  @Test func `Ollama gets the name of the tool with each result`() throws {
    #expect(
      try messages(.ollama) == [
        ["role": "system", "content": "Be brief."], ["role": "user", "content": "go"],
        [
          "role": "assistant", "content": "Let me see.",
          "tool_calls": [
            ["id": "c1", "function": ["name": "calculator", "arguments": ["expression": "2+2"]]],
            ["id": "c2", "function": ["name": "calculator", "arguments": ["expression": "3+3"]]],
          ],
        ],
        ["role": "tool", "tool_name": "calculator", "tool_call_id": "c1", "content": "4"],
        ["role": "tool", "tool_name": "calculator", "tool_call_id": "c2", "content": "Error: no such tool"],
        ["role": "user", "content": "Be quick."],
      ])
  }

  @Test func `tools, limits and sampling stand where each vendor looks for them`() throws {
    var request = VendorSample.request
    request.stop = ["END"]
    request.seed = 7
    let openAI = try VendorBench.body(.openai, request)
    #expect(openAI["max_tokens"] == 100 && openAI["seed"] == 7 && openAI["stop"] == ["END"])
    #expect(openAI["stream_options"] == ["include_usage": true] && openAI["temperature"] == 0)
    #expect(openAI["tools"]?.arrayValue?.first?["function"]?["name"] == "calculator")
    let anthropic = try VendorBench.body(.anthropic, request)
    #expect(anthropic["max_tokens"] == 100 && anthropic["stop_sequences"] == ["END"] && anthropic["seed"] == nil)
    #expect(anthropic["tools"]?.arrayValue?.first?["input_schema"]?["type"] == "object")
    let ollama = try VendorBench.body(.ollama, request)
    #expect(
      ollama["options"] == ["num_ctx": 8192, "temperature": 0, "num_predict": 100, "seed": 7, "stop": ["END"]])
    #expect(ollama["truncate"] == false)
    #expect(throws: ModelError.self) { try VendorBench.body(.openaiResponses, request) }
    request.stop = []
    let responses = try VendorBench.body(.openaiResponses, request)
    #expect(responses["max_output_tokens"] == 100 && responses["store"] == false)
    #expect(responses["tools"]?.arrayValue?.first?["strict"] == false)
  }

  @Test(
    arguments: [
      (.auto, "auto", "auto", ["type": "auto"]), (.none, "none", "none", ["type": "none"]),
      (.required, "required", "required", ["type": "any"]),
      (
        .tool("calculator"), ["type": "function", "function": ["name": "calculator"]],
        ["type": "function", "name": "calculator"], ["type": "tool", "name": "calculator"]
      ),
    ] as [(ModelToolChoice, JSONValue, JSONValue, JSONValue)])
  func `the choice of a tool is each vendor's own word`(
    choice: ModelToolChoice, openAI: JSONValue, responses: JSONValue, anthropic: JSONValue
  ) throws {
    var request = VendorSample.request
    request.toolChoice = choice
    #expect(try VendorBench.body(.openai, request)["tool_choice"] == openAI)
    #expect(try VendorBench.body(.openaiResponses, request)["tool_choice"] == responses)
    #expect(try VendorBench.body(.anthropic, request)["tool_choice"] == anthropic)
    let offered = try VendorBench.body(.ollama, request)["tools"]
    #expect((offered == nil) == (choice == .none))
  }

  @Test func `structure is asked for natively, and strictly where the schema allows it`() throws {
    let loose: JSONValue = ["type": "object", "properties": ["a": ["type": "integer"]]]
    let strict: JSONValue = [
      "type": "object", "properties": ["a": ["type": "integer"]], "required": ["a"], "additionalProperties": false,
    ]
    for (schema, isStrict) in [(loose, false), (strict, true)] {
      var request = VendorSample.request
      request.tools = []
      request.output = ModelOutput(name: "plan", schema: schema)
      let format = try VendorBench.body(.openai, request)["response_format"]
      #expect(
        format == [
          "type": "json_schema", "json_schema": ["name": "plan", "schema": schema, "strict": .bool(isStrict)],
        ])
      #expect(
        try VendorBench.body(.openaiResponses, request)["text"] == [
          "format": ["type": "json_schema", "name": "plan", "schema": schema, "strict": .bool(isStrict)]
        ])
      #expect(try VendorBench.body(.ollama, request)["format"] == schema)
      let anthropic = try VendorBench.body(.anthropic, request)
      #expect(anthropic["tool_choice"] == ["type": "tool", "name": "plan"])
      #expect(anthropic["tools"]?.arrayValue?.first?["input_schema"] == schema)
    }
  }

  @Test func `beside tools Anthropic is told of the schema in words`() throws {
    var request = VendorSample.request
    request.output = ModelOutput(name: "plan", schema: ["type": "object", "required": ["unmistakable"]])
    let body = try VendorBench.body(.anthropic, request)
    #expect(body["tool_choice"] == ["type": "auto"])
    #expect(body["system"]?.arrayValue?.first?["text"]?.stringValue?.contains("unmistakable") == true)
  }

  @Test func `thinking is asked for in each vendor's way`() throws {
    var request = VendorSample.request
    request.reasoning = .medium
    #expect(try VendorBench.body(.openai, request)["reasoning_effort"] == "medium")
    #expect(try VendorBench.body(.openaiResponses, request)["reasoning"] == ["effort": "medium", "summary": "auto"])
    let anthropic = try VendorBench.body(.anthropic, request)
    #expect(anthropic["thinking"] == ["type": "enabled", "budget_tokens": 4096])
    #expect(anthropic["max_tokens"] == 4196 && anthropic["temperature"] == nil)
    #expect(try VendorBench.body(.ollama, request)["think"] == true)
    request.reasoning = ReasoningEffort.none
    #expect(try VendorBench.body(.ollama, request)["think"] == false)
    #expect(try VendorBench.body(.anthropic, request)["thinking"] == nil)
  }

  @Test(arguments: ProviderSettings.Kind.allCases)
  func `a longer conversation begins with the bytes of the shorter one`(kind: ProviderSettings.Kind) throws {
    let key = kind == .openaiResponses ? "input" : "messages"
    var shorter = Self.transcript
    shorter.messages.removeLast()
    shorter.tools = []
    var longer = Self.transcript
    longer.tools = []
    let short = try VendorBench.body(kind, shorter)[key]?.arrayValue ?? []
    let long = try VendorBench.body(kind, longer)[key]?.arrayValue ?? []
    #expect(!short.isEmpty && long.starts(with: short))
  }
}
