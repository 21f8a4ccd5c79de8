import SCRProtocol
import SCRRuntime

/// A request as the body of `POST /chat/completions` (OpenAI API reference, "Create chat completion").
struct OpenAIChatEncoding {
  let request: ModelRequest
  let model: String
  /// The vendor itself has renamed a member that those compatible with it still call as before.
  let isVendor: Bool

  var body: JSONValue {
    var body: JSONObject = [
      "model": .string(model), "messages": .array(messages), "stream": true,
      "stream_options": ["include_usage": true],
    ]
    if !request.tools.isEmpty {
      body["tools"] = .array(request.tools.map(Self.tool))
      body["tool_choice"] = toolChoice
    }
    body["response_format"] = request.output.map { output in
      [
        "type": "json_schema",
        "json_schema": [
          "name": .string(output.name), "schema": output.schema, "strict": .bool(StrictSchema.holds(output.schema)),
        ],
      ]
    }
    body["temperature"] = request.temperature.map { JSONValue($0) }
    body[isVendor ? "max_completion_tokens" : "max_tokens"] = request.maxOutputTokens.map { JSONValue($0) }
    if !request.stop.isEmpty { body["stop"] = .array(request.stop.map { .string($0) }) }
    body["seed"] = request.seed.map { .integer($0) }
    if let effort = request.reasoning, effort != .none { body["reasoning_effort"] = .string(effort.rawValue) }
    return .object(body)
  }

  static func tool(_ tool: ModelTool) -> JSONValue {
    [
      "type": "function",
      "function": [
        "name": .string(tool.name), "description": .string(tool.description),
        "parameters": SchemaDialect.openAI.adapted(tool.inputSchema),
      ],
    ]
  }

  private var toolChoice: JSONValue {
    switch request.toolChoice {
    case .auto: "auto"
    case .none: "none"
    case .required: "required"
    case .tool(let name): ["type": "function", "function": ["name": .string(name)]]
    }
  }

  private var messages: [JSONValue] {
    let system: [JSONValue] = request.system.map { [["role": "system", "content": .string($0)]] } ?? []
    return system + request.messages.flatMap { $0.role == .assistant ? [assistant($0)] : user($0) }
  }

  private func assistant(_ message: ModelMessage) -> JSONValue {
    var fields: JSONObject = ["role": "assistant"]
    let calls = message.toolCalls
    fields["content"] = message.text.isEmpty && !calls.isEmpty ? .null : .string(message.text)
    if !calls.isEmpty {
      fields["tool_calls"] = .array(
        calls.map { call in
          [
            "id": .string(call.id), "type": "function",
            "function": ["name": .string(call.name), "arguments": .string(call.argumentsText)],
          ]
        })
    }
    return .object(fields)
  }

  /// Results stand before anything else that is said after a call.
  private func user(_ message: ModelMessage) -> [JSONValue] {
    let results: [JSONValue] = message.toolResults.map { result in
      ["role": "tool", "tool_call_id": .string(result.callID), "content": .string(result.told)]
    }
    return message.text.isEmpty && !results.isEmpty
      ? results : results + [["role": "user", "content": .string(message.text)]]
  }
}

extension ModelToolCall {
  /// The arguments as the model wrote them, or as good as.
  var argumentsText: String { malformed ?? JSONValue.object(arguments).jsonText }
}

extension ModelToolResult {
  /// For interfaces that have no word for a failure.
  var told: String { isError && !text.lowercased().hasPrefix("error") ? "Error: \(text)" : text }
}
