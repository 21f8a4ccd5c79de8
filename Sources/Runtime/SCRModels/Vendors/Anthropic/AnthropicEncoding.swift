import SCRProtocol
import SCRRuntime

/// A request as the body of `POST /v1/messages` (Anthropic API reference, "Messages").
struct AnthropicEncoding {
  let request: ModelRequest
  let model: String

  /// The interface wants a limit in every request.
  static let standardOutputTokens = 8192

  /// Thinking counts towards the limit of output, which therefore lies above it.
  private static func thinkingTokens(_ effort: ReasoningEffort?) -> Int? {
    switch effort {
    case nil, .some(.none): nil
    case .low: 1024
    case .medium: 4096
    case .high: 16_384
    }
  }

  /// The name of the tool by which an answer in JSON is given, where the interface is asked for one this way: a call that
  /// must be made is the one promise of structure that every model of the vendor keeps.
  var answerTool: String? {
    guard let output = request.output, request.tools.isEmpty, Self.thinkingTokens(request.reasoning) == nil else {
      return nil
    }
    return output.name
  }

  var body: JSONValue {
    let thinking = Self.thinkingTokens(request.reasoning)
    var body: JSONObject = [
      "model": .string(model),
      "max_tokens": JSONValue((request.maxOutputTokens ?? Self.standardOutputTokens) + (thinking ?? 0)),
      "messages": .array(messages), "stream": true,
    ]
    body["system"] = system
    if !tools.isEmpty {
      body["tools"] = .array(tools)
      body["tool_choice"] = toolChoice
    }
    if let thinking {
      body["thinking"] = ["type": "enabled", "budget_tokens": JSONValue(thinking)]
    } else {
      body["temperature"] = request.temperature.map { JSONValue($0) }
    }
    if !request.stop.isEmpty { body["stop_sequences"] = .array(request.stop.map { .string($0) }) }
    return .object(body)
  }

  /// What stays the same from turn to turn is marked, so that the vendor keeps it: tools and instructions, and the
  /// conversation up to here.
  private static let kept: JSONValue = ["type": "ephemeral"]

  private var system: JSONValue? {
    instructions.map { text in
      var block: JSONObject = ["type": "text", "text": .string(text)]
      if !request.tools.isEmpty { block["cache_control"] = Self.kept }
      return [.object(block)]
    }
  }

  /// Where the answer cannot be had by a tool, its schema is told in words; whether it was kept to is checked.
  private var instructions: String? {
    guard let output = request.output, answerTool == nil else { return request.system }
    let demand =
      "Your final answer must be JSON alone, without any other text, by this JSON Schema: \(output.schema.jsonText)"
    return request.system.map { "\($0)\n\n\(demand)" } ?? demand
  }

  private var tools: [JSONValue] {
    if let answerTool, let output = request.output {
      return [
        [
          "name": .string(answerTool), "description": "Gives the answer.",
          "input_schema": SchemaDialect.anthropic.adapted(output.schema),
        ]
      ]
    }
    return request.tools.map { tool in
      [
        "name": .string(tool.name), "description": .string(tool.description),
        "input_schema": SchemaDialect.anthropic.adapted(tool.inputSchema),
      ]
    }
  }

  private var toolChoice: JSONValue {
    if let answerTool { return ["type": "tool", "name": .string(answerTool)] }
    switch request.toolChoice {
    case .auto: return ["type": "auto"]
    case .none: return ["type": "none"]
    case .required: return ["type": "any"]
    case .tool(let name): return ["type": "tool", "name": .string(name)]
    }
  }

  /// Turns of one side that follow each other become one, since the interface wants them to alternate.
  private var messages: [JSONValue] {
    var turns: [(role: ModelMessage.Role, blocks: [JSONValue])] = []
    for message in request.messages {
      let blocks = blocks(message)
      if blocks.isEmpty { continue }
      if turns.last?.role == message.role {
        turns[turns.count - 1].blocks += blocks
      } else {
        turns.append((message.role, blocks))
      }
    }
    if !request.tools.isEmpty, let last = turns.indices.last { turns[last].blocks = Self.marked(turns[last].blocks) }
    return turns.map { ["role": .string($0.role.rawValue), "content": .array($0.blocks)] }
  }

  private static func marked(_ blocks: [JSONValue]) -> [JSONValue] {
    guard case .object(var last) = blocks.last, last["type"] != "thinking" else { return blocks }
    last["cache_control"] = kept
    return blocks.dropLast() + [.object(last)]
  }

  /// Results of calls stand first; empty texts are refused by the interface.
  private func blocks(_ message: ModelMessage) -> [JSONValue] {
    let results: [JSONValue] = message.toolResults.map { result in
      var block: JSONObject = [
        "type": "tool_result", "tool_use_id": .string(result.callID), "content": .string(result.text),
      ]
      if result.isError { block["is_error"] = true }
      return .object(block)
    }
    return results
      + message.parts.compactMap { part -> JSONValue? in
        switch part {
        case .text(let text): return text.isEmpty ? nil : ["type": "text", "text": .string(text)]
        case .reasoning(let block): return block.kind == ProviderSettings.Kind.anthropic.rawValue ? block.seal : nil
        case .toolCall(let call):
          return [
            "type": "tool_use", "id": .string(call.id), "name": .string(call.name),
            "input": .object(call.arguments),
          ]
        case .toolResult: return nil
        }
      }
  }
}
