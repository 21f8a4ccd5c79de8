import SCRProtocol
import SCRRuntime

/// A request as the body of `POST /api/chat` (Ollama's API documentation).
struct OllamaEncoding {
  let request: ModelRequest
  let model: String
  let contextTokens: Int

  var body: JSONValue {
    // Newer servers refuse a prompt that is too long instead of cutting it silently; older ones pass these by.
    var body: JSONObject = [
      "model": .string(model), "messages": .array(messages), "stream": true,
      "options": Self.options(request, contextTokens, stop: request.stop), "truncate": false,
      "shift": false,
    ]
    if !request.tools.isEmpty, request.toolChoice != .none { body["tools"] = .array(request.tools.map(tool)) }
    body["format"] = request.output?.schema
    if let effort = request.reasoning { body["think"] = .bool(effort != .none) }
    return .object(body)
  }

  static func options(_ request: ModelRequest, _ contextTokens: Int, stop: [String]) -> JSONValue {
    var options: JSONObject = ["num_ctx": JSONValue(contextTokens)]
    options["temperature"] = request.temperature.map { JSONValue($0) }
    options["num_predict"] = request.maxOutputTokens.map { JSONValue($0) }
    options["seed"] = request.seed.map { .integer($0) }
    if !stop.isEmpty { options["stop"] = .array(stop.map { .string($0) }) }
    return .object(options)
  }

  private func tool(_ tool: ModelTool) -> JSONValue {
    [
      "type": "function",
      "function": [
        "name": .string(tool.name), "description": .string(tool.description),
        "parameters": SchemaDialect.ollama.adapted(tool.inputSchema),
      ],
    ]
  }

  private var messages: [JSONValue] {
    let system: [JSONValue] = request.system.map { [["role": "system", "content": .string($0)]] } ?? []
    return system + request.messages.flatMap { $0.role == .assistant ? [assistant($0)] : user($0) }
  }

  private func assistant(_ message: ModelMessage) -> JSONValue {
    var fields: JSONObject = ["role": "assistant", "content": .string(message.text)]
    if !message.toolCalls.isEmpty {
      fields["tool_calls"] = .array(
        message.toolCalls.map { call in
          [
            "id": .string(call.id),
            "function": ["name": .string(call.name), "arguments": .object(call.arguments)],
          ]
        })
    }
    return .object(fields)
  }

  private func user(_ message: ModelMessage) -> [JSONValue] {
    let results: [JSONValue] = message.toolResults.map { result in
      [
        "role": "tool", "tool_name": .string(result.name), "tool_call_id": .string(result.callID),
        "content": .string(result.told),
      ]
    }
    return message.text.isEmpty && !results.isEmpty
      ? results : results + [["role": "user", "content": .string(message.text)]]
  }

  /// Bytes of what the model must read, as the lowest measure of its tokens.
  var promptBytes: Int {
    request.messages.reduce(request.system?.utf8.count ?? 0) { sum, message in
      sum + message.text.utf8.count + message.toolResults.reduce(0) { $0 + $1.text.utf8.count }
    }
  }
}
