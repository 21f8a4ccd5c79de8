/// The result of `prompts/get`, in the newest shape.
package struct PromptResult: Sendable, Hashable {
  package var description: String?
  /// `{role: "user" | "assistant", content}`, one content block each.
  package var messages: [JSONValue]

  package init(description: String? = nil, messages: [JSONValue]) {
    self.description = description
    self.messages = messages
  }

  /// Nil for what is no such result.
  package init?(_ value: JSONValue) {
    guard let messages = value["messages"]?.arrayValue else { return nil }
    self.init(description: value["description"]?.stringValue, messages: messages)
  }

  package static func user(_ content: JSONValue) -> JSONValue { ["role": "user", "content": content] }

  /// `{description?, messages}`.
  package func json(for revision: ProtocolRevision) -> JSONObject {
    var fields: JSONObject = [:]
    fields["description"] = description.map { .string($0) }
    fields["messages"] = .array(
      messages.map { message in
        guard var fields = message.objectValue, let content = fields["content"] else { return message }
        fields["content"] = ContentBlock.downgrade(content, to: revision)
        return .object(fields)
      })
    return fields
  }
}
