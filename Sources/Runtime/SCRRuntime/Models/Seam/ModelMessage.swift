package import SCRProtocol

/// One turn of a conversation. Instructions are no turn: ``ModelRequest/system``.
package struct ModelMessage: Sendable, Hashable {
  /// Results of tools are told by the user's side.
  package enum Role: String, Sendable, Hashable { case user, assistant }

  package enum Part: Sendable, Hashable {
    case text(String)
    /// Of the assistant: what it thought.
    case reasoning(ModelReasoning)
    /// Of the assistant.
    case toolCall(ModelToolCall)
    /// Of the user, for a call of the assistant's turn before.
    case toolResult(ModelToolResult)
  }

  package var role: Role
  package var parts: [Part]

  package init(role: Role, parts: [Part]) {
    self.role = role
    self.parts = parts
  }

  package static func user(_ text: String) -> Self { Self(role: .user, parts: [.text(text)]) }
  package static func assistant(_ text: String) -> Self { Self(role: .assistant, parts: [.text(text)]) }
  package static func results(_ results: [ModelToolResult]) -> Self {
    Self(role: .user, parts: results.map { .toolResult($0) })
  }

  /// The text parts together.
  package var text: String { parts.reduce(into: "") { if case .text(let text) = $1 { $0 += text } } }

  package var toolCalls: [ModelToolCall] {
    parts.compactMap { if case .toolCall(let call) = $0 { call } else { nil } }
  }

  package var toolResults: [ModelToolResult] {
    parts.compactMap { if case .toolResult(let result) = $0 { result } else { nil } }
  }
}

/// What a model thought before it went on.
package struct ModelReasoning: Sendable, Hashable {
  /// What it lets us read; may be empty.
  package var text: String
  /// What the provider wants back unchanged in the next request: a signature, an encrypted item.
  package var seal: JSONValue?
  /// The kind of provider that sealed it; others never get it.
  package var kind: String

  package init(text: String, seal: JSONValue? = nil, kind: String) {
    self.text = text
    self.seal = seal
    self.kind = kind
  }
}

/// A call that a model asks for.
package struct ModelToolCall: Sendable, Hashable {
  /// Unique within its conversation; its result has the same.
  package var id: String
  /// The tool's name towards models.
  package var name: String
  package var arguments: JSONObject
  /// What the model wrote where that is no JSON object; ``arguments`` is empty then and the call must not be made.
  package var malformed: String?

  package init(id: String, name: String, arguments: JSONObject, malformed: String? = nil) {
    self.id = id
    self.name = name
    self.arguments = arguments
    self.malformed = malformed
  }

  /// Reads arguments as a model writes them; no text at all stands for none.
  package init(id: String, name: String, argumentsText: String) {
    let isBlank = argumentsText.utf8.allSatisfy { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
    let parsed = isBlank ? .object([:]) : try? JSONParser.parse(argumentsText)
    // Some models write the object as a string of JSON.
    let object = parsed?.objectValue ?? parsed?.stringValue.flatMap { try? JSONParser.parse($0).objectValue }
    self.init(id: id, name: name, arguments: object ?? [:], malformed: object == nil ? argumentsText : nil)
  }
}

/// What a call gave, for the model.
package struct ModelToolResult: Sendable, Hashable {
  package var callID: String
  package var name: String
  package var text: String
  package var isError: Bool

  package init(callID: String, name: String, text: String, isError: Bool = false) {
    self.callID = callID
    self.name = name
    self.text = text
    self.isError = isError
  }

  package init(_ call: ModelToolCall, text: String, isError: Bool = false) {
    self.init(callID: call.id, name: call.name, text: text, isError: isError)
  }
}
