import SCRProtocol
import SCRRuntime

/// A request as the body of `POST /api/generate` (Ollama's API documentation), for models that only complete texts: they have
/// no template for conversations, so that the conversation is written out as one text.
struct OllamaCompletionEncoding {
  let request: ModelRequest
  let model: String
  let contextTokens: Int

  /// - Throws: ``ModelError`` `unsupported` where tools are offered, which no text can promise to call.
  func body() throws -> JSONValue {
    guard request.tools.isEmpty || request.toolChoice == .none else {
      throw ModelError(
        .unsupported, "a model that only completes texts calls no tools",
        hint: "name another model for agents with tools, or set the interface of this one to chat")
    }
    var body: JSONObject = [
      "model": .string(model), "prompt": .string(prompt), "raw": true, "stream": true,
      "options": OllamaEncoding.options(request, contextTokens, stop: request.stop + (isTold ? [Self.turn] : [])),
      "truncate": false, "shift": false,
    ]
    body["format"] = request.output?.schema
    if let effort = request.reasoning { body["think"] = .bool(effort != .none) }
    return .object(body)
  }

  /// What such a model writes when it goes on for the other side.
  private static let turn = "\nUser:"

  /// Whether there is more than one text, so that it must be said who speaks.
  private var isTold: Bool { request.system != nil || request.messages.count > 1 }

  var prompt: String {
    guard isTold else { return request.messages.first?.text ?? "" }
    let turns = request.messages.map { message in
      let results = message.toolResults.map { "Result of \($0.name): \($0.told)" }
      let text = (results + (message.text.isEmpty ? [] : [message.text])).joined(separator: "\n")
      return "\(message.role == .assistant ? "Assistant" : "User"): \(text)"
    }
    return ((request.system.map { [$0] } ?? []) + turns + ["Assistant:"]).joined(separator: "\n\n")
  }
}
