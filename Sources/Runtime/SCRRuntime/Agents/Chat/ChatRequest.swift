package import SCRProtocol

/// A conversation that a client leads itself: one answer, outside of any task.
package struct ChatRequest: Sendable, Hashable {
  /// Begins and ends with the user's words; who speaks takes turns (``init(_:)``).
  package private(set) var messages: [ModelMessage] = []
  package var system: String?
  /// The configured provider's name; nil for the default.
  package var provider: String?
  package var model: String?
  package var maxOutputTokens: Int?
  package var temperature: Double?
  package var seed: Int64?
  package var caching = ModelCaching.ifDeterministic
  /// The JSON that the answer must be: what is not is asked for again, a few times.
  package private(set) var output: ModelOutput?
  /// Names of tools, inside or towards models, and patterns over them; empty for a plain answer.
  package var tools: [String] = []

  /// Who says something in a conversation as clients write it.
  package enum Role: String, Sendable, Hashable, CaseIterable { case system, user, assistant }

  /// A single question.
  package init(_ prompt: String) throws(RuntimeError) { try self.init([(.user, prompt)]) }

  /// - Parameter schema: a JSON Schema of the answer.
  /// - Throws: `invalid_params` for a schema that cannot be used.
  package mutating func demand(_ schema: JSONValue) throws(RuntimeError) {
    do throws(JSONSchemaError) { _ = try JSONSchema.compile(schema) } catch {
      throw RuntimeError(.invalidParams, "the schema of the answer cannot be used: \(error)", path: "output")
    }
    output = ModelOutput(name: "answer", schema: schema)
  }

  /// What `system` says at the beginning becomes ``system``; words of the same speaker one after the other become one turn.
  ///
  /// - Throws: `invalid_params` naming the message that is wrong.
  package init(_ conversation: [(role: Role, text: String)]) throws(RuntimeError) {
    guard !conversation.isEmpty else {
      throw RuntimeError(
        .invalidParams, "the conversation is empty", hint: "messages: [{role, content}]", path: "messages")
    }
    for (place, said) in conversation.enumerated() {
      if said.text.allSatisfy(\.isWhitespace) {
        throw RuntimeError(.invalidParams, "the message is empty", path: "messages[\(place)].content")
      }
      switch said.role {
      case .system:
        guard messages.isEmpty else {
          throw RuntimeError(
            .invalidParams, "instructions stand at the beginning of a conversation",
            hint: "say it as user, or move it to the front", path: "messages[\(place)].role")
        }
        system = system.map { "\($0)\n\n\(said.text)" } ?? said.text
      case .assistant:
        guard !messages.isEmpty else {
          throw RuntimeError(
            .invalidParams, "a conversation begins with the user's words", path: "messages[\(place)].role")
        }
        messages.join(.assistant(said.text))
      case .user: messages.tell(said.text)
      }
    }
    guard messages.last?.role == .user else {
      throw RuntimeError(
        .invalidParams,
        messages.isEmpty ? "the conversation has no question" : "a conversation ends with the user's words",
        hint: "add a message with role user", path: "messages[\(conversation.count - 1)].role")
    }
  }
}

/// What a chat has come to.
package struct ChatAnswer: Sendable, Hashable {
  /// The last turn of the model.
  package var response: ModelResponse
  /// Over all turns.
  package var report: AgentReport
  /// False where the accounts could not be written.
  package var isCounted: Bool

  package var text: String { response.text }

  /// `{message: {role, content}, finish, provider, model, usage, turns, calls?, scripted?, degraded?, cached?, uncounted?}`;
  /// `usage` over all turns.
  package var json: JSONObject {
    var fields: JSONObject = ["message": ["role": "assistant", "content": .string(text)]]
    for field in response.provenance.objectValue ?? [:] { fields[field.key] = field.value }
    fields["usage"] = report.usage.json
    fields["turns"] = JSONValue(report.turns)
    fields["calls"] = report.json["calls"]
    if report.isScripted { fields["scripted"] = true }
    if report.isDegraded { fields["degraded"] = true }
    if !isCounted { fields["uncounted"] = true }
    return fields
  }
}
