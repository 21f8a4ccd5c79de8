import SCRProtocol
import SCRRuntime

/// A server's `sampling/createMessage`, answered by the configured model. Text only.
enum Sampling {
  /// - Parameter tokens: the most that one answer may have, whatever the server asks for.
  /// - Returns: a `CreateMessageResult`.
  /// - Throws: `ToolError` for what is no text, `ModelError`, `CancellationError`.
  static func answer(_ params: JSONValue, by model: any ModelProvider, tokens: Int) async throws -> JSONValue {
    let response = try await model.respond(to: try request(params, tokens: tokens))
    var fields: JSONObject = [
      "role": "assistant", "content": ["type": "text", "text": .string(response.text)],
      "model": .string(response.start?.model ?? model.profile.model ?? model.name),
    ]
    fields["stopReason"] = response.finish.map { $0 == .length ? "maxTokens" : "endTurn" }
    return .object(fields)
  }

  static func request(_ params: JSONValue, tokens: Int) throws -> ModelRequest {
    let wanted = params["maxTokens"]?.integerValue.map { Int(clamping: $0) } ?? tokens
    return ModelRequest(
      system: params["systemPrompt"]?.stringValue, messages: try messages(params["messages"]?.arrayValue ?? []),
      temperature: params["temperature"]?.doubleValue, maxOutputTokens: max(1, min(wanted, tokens)),
      stop: (params["stopSequences"]?.arrayValue ?? []).compactMap(\.stringValue),
      purpose: ModelPurpose(role: "sampling"))
  }

  private static func messages(_ values: [JSONValue]) throws -> [ModelMessage] {
    guard !values.isEmpty else { throw ToolError(.invalidInput, "the request to the model has no messages") }
    return try values.map { value in
      guard let content = value["content"] else {
        throw ToolError(.invalidInput, "a message for the model has no content")
      }
      let text = try (content.arrayValue ?? [content]).map(text).joined(separator: "\n")
      return value["role"] == "assistant" ? .assistant(text) : .user(text)
    }
  }

  private static func text(_ block: JSONValue) throws -> String {
    if block["type"] == "text", let text = block["text"]?.stringValue { return text }
    throw ToolError(
      .invalidInput,
      "a message for the model is \(block["type"]?.stringValue ?? "nothing known"), and only text is passed on")
  }
}
