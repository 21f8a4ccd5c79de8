/// What the client's model said (MCP `CreateMessageResult`).
package struct CreateMessageResult: Sendable, Hashable {
  package var role: String
  /// One block; several only since revision 2025-11-25.
  package var content: [JSONValue]
  package var model: String
  package var stopReason: String?

  package init(role: String = "assistant", content: [JSONValue], model: String, stopReason: String? = nil) {
    self.role = role
    self.content = content
    self.model = model
    self.stopReason = stopReason
  }

  /// Nil for what is no such result.
  package init?(_ value: JSONValue) {
    guard let role = value["role"]?.stringValue, let model = value["model"]?.stringValue, let content = value["content"]
    else { return nil }
    let blocks = content.arrayValue ?? [content]
    guard blocks.allSatisfy({ $0["type"]?.stringValue != nil }) else { return nil }
    self.init(role: role, content: blocks, model: model, stopReason: value["stopReason"]?.stringValue)
  }

  /// The text blocks, behind one another.
  package var text: String { content.compactMap { $0["text"]?.stringValue }.joined(separator: "\n") }

  package var json: JSONValue {
    var fields: JSONObject = ["role": .string(role)]
    fields["content"] = content.count == 1 ? content[0] : .array(content)
    fields["model"] = .string(model)
    fields["stopReason"] = stopReason.map { .string($0) }
    return .object(fields)
  }
}
