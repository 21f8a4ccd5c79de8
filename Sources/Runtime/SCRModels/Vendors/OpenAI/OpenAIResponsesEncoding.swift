import SCRProtocol
import SCRRuntime

/// A request as the body of `POST /responses` (OpenAI API reference, "Create a model response"). Nothing is kept by the
/// vendor; what it thought goes back to it sealed.
struct OpenAIResponsesEncoding {
  let request: ModelRequest
  let model: String

  func body() throws -> JSONValue {
    guard request.stop.isEmpty else {
      throw ModelError(.unsupported, "OpenAI's responses interface has no texts that end an answer")
    }
    var body: JSONObject = [
      "model": .string(model), "input": .array(request.messages.flatMap(items)), "stream": true, "store": false,
    ]
    body["instructions"] = request.system.map { .string($0) }
    if !request.tools.isEmpty {
      body["tools"] = .array(request.tools.map(tool))
      body["tool_choice"] = toolChoice
    }
    body["text"] = request.output.map { output in
      [
        "format": [
          "type": "json_schema", "name": .string(output.name), "schema": output.schema,
          "strict": .bool(StrictSchema.holds(output.schema)),
        ]
      ]
    }
    body["temperature"] = request.temperature.map { JSONValue($0) }
    body["max_output_tokens"] = request.maxOutputTokens.map { JSONValue($0) }
    if let effort = request.reasoning, effort != .none {
      body["reasoning"] = ["effort": .string(effort.rawValue), "summary": "auto"]
      body["include"] = ["reasoning.encrypted_content"]
    }
    return .object(body)
  }

  /// Without a word on `strict` this interface would rewrite the schema.
  private func tool(_ tool: ModelTool) -> JSONValue {
    [
      "type": "function", "name": .string(tool.name), "description": .string(tool.description),
      "parameters": SchemaDialect.openAI.adapted(tool.inputSchema), "strict": false,
    ]
  }

  private var toolChoice: JSONValue {
    switch request.toolChoice {
    case .auto: "auto"
    case .none: "none"
    case .required: "required"
    case .tool(let name): ["type": "function", "name": .string(name)]
    }
  }

  private func items(_ message: ModelMessage) -> [JSONValue] {
    message.parts.compactMap { part in
      switch part {
      case .text(let text):
        let type = message.role == .assistant ? "output_text" : "input_text"
        return [
          "role": .string(message.role.rawValue), "content": [["type": .string(type), "text": .string(text)]],
        ]
      case .reasoning(let block): return block.kind == ProviderSettings.Kind.openaiResponses.rawValue ? block.seal : nil
      case .toolCall(let call):
        return [
          "type": "function_call", "call_id": .string(call.id), "name": .string(call.name),
          "arguments": .string(call.argumentsText),
        ]
      case .toolResult(let result):
        return ["type": "function_call_output", "call_id": .string(result.callID), "output": .string(result.told)]
      }
    }
  }
}
