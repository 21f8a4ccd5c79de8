/// A vendor's interface, seen from the vendor's side: independent of the product's own translation, so that both cannot be
/// wrong in the same way.
package enum VendorInterface: String, Sendable, Hashable, CaseIterable {
  /// OpenAI's chat completions.
  case chat
  /// OpenAI's responses.
  case responses
  /// Anthropic's messages.
  case anthropic
  /// Ollama's chat.
  case ollama

  /// What is posted to, below the address that is configured.
  package var path: String {
    switch self {
    case .chat: "/chat/completions"
    case .responses: "/responses"
    case .anthropic: "/v1/messages"
    case .ollama: "/api/chat"
    }
  }

  package var streamType: String {
    self == .ollama ? "application/x-ndjson" : "text/event-stream; charset=utf-8"
  }
}
