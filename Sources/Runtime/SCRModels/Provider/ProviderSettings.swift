package import SCRHTTP

/// How one provider is reached, resolved: keys read, addresses checked.
package struct ProviderSettings: Sendable {
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Chat completions, as OpenAI and everybody compatible with it have them.
    case openai
    /// OpenAI's own newer interface.
    case openaiResponses = "openai-responses"
    case anthropic
    case ollama
  }

  package var name: String
  package var kind: Kind
  package var address: HTTPAddress
  package var model: String?
  package var key: ModelKey?
  package var timeouts: HTTPTimeouts
  /// Tokens of context that Ollama is asked to make room for.
  package var contextTokens: Int
  /// Tokens of prompt and answer together that the model takes; nil where nobody says.
  package var window: Int?
  /// Of Ollama: texts are completed, for models that know no conversation.
  package var completesTexts: Bool

  package init(
    name: String, kind: Kind, address: HTTPAddress? = nil, model: String? = nil, key: ModelKey? = nil,
    timeouts: HTTPTimeouts = HTTPTimeouts(), contextTokens: Int = 8192,
    window: Int? = nil, completesTexts: Bool = false
  ) {
    self.name = name
    self.kind = kind
    self.address = address ?? Self.usual(kind)
    self.model = model
    self.key = key
    self.timeouts = timeouts
    self.contextTokens = contextTokens
    self.window = window
    self.completesTexts = completesTexts
  }

  /// The vendor's own address.
  package static func usualAddress(_ kind: Kind) -> String {
    switch kind {
    case .openai, .openaiResponses: "https://api.openai.com/v1"
    case .anthropic: "https://api.anthropic.com"
    case .ollama: "http://127.0.0.1:11434"
    }
  }

  private static func usual(_ kind: Kind) -> HTTPAddress {
    guard let address = HTTPAddress(usualAddress(kind)) else { preconditionFailure("the usual address is none") }
    return address
  }
}

/// A key, which no text shows.
package struct ModelKey: Sendable, Hashable, CustomStringConvertible {
  let value: String
  /// Whitespace around it, such as the newline at a file's end, is dropped.
  package init(_ value: String) {
    let start = value.drop { $0.isWhitespace }
    self.value = String(start.reversed().drop { $0.isWhitespace }.reversed())
  }

  package var description: String { "(a key)" }
  package var isEmpty: Bool { value.isEmpty }

  /// The text without the key in it.
  func hidden(in text: String) -> String {
    guard value.utf8.count >= 4 else { return text }
    return text.split(separator: value, omittingEmptySubsequences: false).joined(separator: "(key)")
  }
}

extension ModelKey: CustomReflectable {
  package var customMirror: Mirror { Mirror(self, children: []) }
}
