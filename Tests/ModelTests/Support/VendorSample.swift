import SCRHTTP
import SCRProtocol
import SCRRuntime
import Testing

@testable import SCRModels

/// One conversation in each vendor's wire format: what is asked, and an answer with thinking, text in several scripts, two
/// calls at once and the counts.
struct VendorSample: Sendable, CustomTestStringConvertible {
  let kind: ProviderSettings.Kind
  let path: String
  let type: String
  let stream: String
  /// How an error in the middle of a stream looks.
  let midStreamError: String
  /// The events of ``stream``.
  let events: [ModelEvent]

  var testDescription: String { kind.rawValue }

  static let all = [openAI, responses, anthropic, ollama]

  static let request = ModelRequest(
    system: "Be brief.", messages: [.user("What is 2+2, and 3+3?")],
    tools: [
      ModelTool(
        name: "calculator", description: "Calculates.",
        inputSchema: [
          "type": "object", "properties": ["expression": ["type": "string"]], "required": ["expression"],
          "additionalProperties": false,
        ])
    ], temperature: 0, maxOutputTokens: 100, purpose: ModelPurpose(role: "worker"))

  static func calls(_ first: String, _ second: String) -> [ModelToolCall] {
    [
      ModelToolCall(id: first, name: "calculator", arguments: ["expression": "2+2"]),
      ModelToolCall(id: second, name: "calculator", arguments: ["expression": "3+3"]),
    ]
  }

  private static func started(_ id: String?) -> ModelEvent {
    .started(ModelStart(provider: "vendor", model: "m-1", id: id))
  }
}

extension VendorSample {
  static let openAI: VendorSample = {
    let calls = Self.calls("c1", "c2")
    return VendorSample(
      kind: .openai, path: "/chat/completions", type: "text/event-stream",
      stream: """
        : keep-alive

        data: {"id":"r1","model":"m-1","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}

        data: {"id":"r1","model":"m-1","choices":[{"index":0,"delta":{"reasoning_content":"Hm."}}]}

        data: {"id":"r1","model":"m-1","choices":[{"index":0,"delta":{"content":"Ich rechne: "}}]}

        data: {"id":"r1","model":"m-1","choices":[{"index":0,"delta":{"content":"日本 🎈\\n"}}]}

        data: {"id":"r1","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"calculator","arguments":""}}]}}]}

        data: {"id":"r1","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\\"expression\\":"}}]}}]}

        data: {"id":"r1","choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"c2","type":"function","function":{"name":"calculator","arguments":"{\\"expression\\": \\"3+3\\"}"}}]}}]}

        data: {"id":"r1","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\\"2+2\\"}"}}]}}]}

        data: {"id":"r1","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

        data: {"id":"r1","choices":[],"usage":{"prompt_tokens":20,"completion_tokens":30,"prompt_tokens_details":{"cached_tokens":5},"completion_tokens_details":{"reasoning_tokens":7}}}

        data: [DONE]


        """,
      midStreamError: "data: {\"error\":{\"message\":\"The server is overloaded\",\"type\":\"server_error\"}}\n\n",
      events: [
        started("r1"), .reasoning("Hm."), .text("Ich rechne: "), .text("日本 🎈\n"),
        .toolCallStarted(call: 0, id: "c1", name: "calculator"), .toolCallArguments(call: 0, "{\"expression\":"),
        .toolCallStarted(call: 1, id: "c2", name: "calculator"),
        .toolCallArguments(call: 1, "{\"expression\": \"3+3\"}"), .toolCallArguments(call: 0, "\"2+2\"}"),
        .toolCall(call: 0, calls[0]), .toolCall(call: 1, calls[1]),
        .usage(ModelUsage(inputTokens: 20, outputTokens: 30, cachedTokens: 5, reasoningTokens: 7)),
        .finished(.toolCalls),
      ])
  }()

  static let responses: VendorSample = {
    let calls = Self.calls("c1", "c2")
    let seal: JSONValue = [
      "type": "reasoning", "id": "rs1", "summary": [["type": "summary_text", "text": "Hm."]],
      "encrypted_content": "xyz",
    ]
    return VendorSample(
      kind: .openaiResponses, path: "/responses", type: "text/event-stream; charset=utf-8",
      stream: """
        event: response.created
        data: {"type":"response.created","response":{"id":"r1","model":"m-1"}}

        data: {"type":"response.reasoning_summary_text.delta","output_index":0,"delta":"Hm."}

        data: {"type":"response.output_item.done","output_index":0,"item":\(seal.jsonText)}

        data: {"type":"response.output_text.delta","output_index":1,"delta":"Ich rechne: "}

        data: {"type":"response.output_text.delta","output_index":1,"delta":"日本 🎈\\n"}

        data: {"type":"response.output_item.added","output_index":2,"item":{"type":"function_call","id":"i1","call_id":"c1","name":"calculator","arguments":""}}

        data: {"type":"response.function_call_arguments.delta","output_index":2,"item_id":"i1","delta":"{\\"expression\\":\\"2+2\\"}"}

        data: {"type":"response.output_item.done","output_index":2,"item":{"type":"function_call","id":"i1","call_id":"c1","name":"calculator","arguments":"{\\"expression\\":\\"2+2\\"}"}}

        data: {"type":"response.output_item.done","output_index":3,"item":{"type":"function_call","id":"i2","call_id":"c2","name":"calculator","arguments":"{\\"expression\\":\\"3+3\\"}"}}

        data: {"type":"response.completed","response":{"id":"r1","usage":{"input_tokens":20,"input_tokens_details":{"cached_tokens":5},"output_tokens":30,"output_tokens_details":{"reasoning_tokens":7}}}}


        """,
      midStreamError:
        "data: {\"type\":\"response.failed\",\"response\":{\"error\":{\"code\":\"server_overloaded\",\"message\":\"busy\"}}}\n\n",
      events: [
        started("r1"), .reasoning("Hm."), .reasoned(ModelReasoning(text: "Hm.", seal: seal, kind: "openai-responses")),
        .text("Ich rechne: "), .text("日本 🎈\n"), .toolCallStarted(call: 0, id: "c1", name: "calculator"),
        .toolCallArguments(call: 0, "{\"expression\":\"2+2\"}"), .toolCall(call: 0, calls[0]),
        .toolCallStarted(call: 1, id: "c2", name: "calculator"), .toolCall(call: 1, calls[1]),
        .usage(ModelUsage(inputTokens: 20, outputTokens: 30, cachedTokens: 5, reasoningTokens: 7)),
        .finished(.toolCalls),
      ])
  }()

  static let anthropic: VendorSample = {
    let calls = Self.calls("c1", "c2")
    let seal: JSONValue = ["type": "thinking", "thinking": "Hm.", "signature": "sig"]
    return VendorSample(
      kind: .anthropic, path: "/v1/messages", type: "text/event-stream; charset=utf-8",
      stream: """
        event: message_start
        data: {"type":"message_start","message":{"id":"r1","model":"m-1","role":"assistant","content":[],"usage":{"input_tokens":12,"cache_creation_input_tokens":3,"cache_read_input_tokens":5,"output_tokens":1}}}

        event: ping
        data: {"type":"ping"}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm."}}

        data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"sig"}}

        data: {"type":"content_block_stop","index":0}

        data: {"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}

        data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Ich rechne: "}}

        data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"日本 🎈\\n"}}

        data: {"type":"content_block_stop","index":1}

        data: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"c1","name":"calculator","input":{}}}

        data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":""}}

        data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\\"expression\\": \\"2+2\\"}"}}

        data: {"type":"content_block_stop","index":2}

        data: {"type":"content_block_start","index":3,"content_block":{"type":"tool_use","id":"c2","name":"calculator","input":{}}}

        data: {"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"{\\"expression\\": \\"3+3\\"}"}}

        data: {"type":"content_block_stop","index":3}

        data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":30}}

        data: {"type":"message_stop"}


        """,
      midStreamError:
        "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n",
      events: [
        started("r1"), .reasoning("Hm."), .reasoned(ModelReasoning(text: "Hm.", seal: seal, kind: "anthropic")),
        .text("Ich rechne: "), .text("日本 🎈\n"), .toolCallStarted(call: 0, id: "c1", name: "calculator"),
        .toolCallArguments(call: 0, "{\"expression\": \"2+2\"}"), .toolCall(call: 0, calls[0]),
        .toolCallStarted(call: 1, id: "c2", name: "calculator"),
        .toolCallArguments(call: 1, "{\"expression\": \"3+3\"}"), .toolCall(call: 1, calls[1]),
        .usage(ModelUsage(inputTokens: 20, outputTokens: 30, cachedTokens: 5, cacheWriteTokens: 3)),
        .finished(.toolCalls),
      ])
  }()

  static let ollama: VendorSample = {
    let calls = Self.calls("call_0_1", "call_0_2")
    return VendorSample(
      kind: .ollama, path: "/api/chat", type: "application/x-ndjson",
      stream: """
        {"model":"m-1","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"","thinking":"Hm."},"done":false}
        {"model":"m-1","message":{"role":"assistant","content":"Ich rechne: "},"done":false}
        {"model":"m-1","message":{"role":"assistant","content":"日本 🎈\\n"},"done":false}
        {"model":"m-1","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"calculator","arguments":{"expression":"2+2"}}},{"function":{"name":"calculator","arguments":{"expression":"3+3"}}}]},"done":false}
        {"model":"m-1","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":20,"eval_count":30}

        """,
      midStreamError: "{\"error\":\"the server is overloaded\"}\n",
      events: [
        started(nil), .reasoning("Hm."), .text("Ich rechne: "), .text("日本 🎈\n"),
        .toolCallStarted(call: 0, id: "call_0_1", name: "calculator"), .toolCall(call: 0, calls[0]),
        .toolCallStarted(call: 1, id: "call_0_2", name: "calculator"), .toolCall(call: 1, calls[1]),
        .usage(ModelUsage(inputTokens: 20, outputTokens: 30)), .finished(.toolCalls),
      ])
  }()
}
