package import SCRProtocol

/// The LLM seam. A provider turns a request into a bounded sequence of events that ends with `finished` or throws.
package protocol ModelProvider: Sendable {
  var name: String { get }
  /// Events are delivered in order; the provider waits while `onEvent` runs. Cancelling the task closes the stream.
  func generate(
    _ request: ModelRequest, onEvent: @Sendable (ModelEvent) async throws -> Void
  ) async throws
}

package struct ModelRequest: Sendable, Hashable {
  package var role: String
  package var messages: [ModelMessage]
  package var tools: [ToolDescriptor]
  /// JSON Schema that the answer must satisfy, where structure is asked for.
  package var outputSchema: JSONValue?

  package init(
    role: String, messages: [ModelMessage], tools: [ToolDescriptor] = [], outputSchema: JSONValue? = nil
  ) {
    self.role = role
    self.messages = messages
    self.tools = tools
    self.outputSchema = outputSchema
  }
}

package struct ModelMessage: Sendable, Hashable {
  package enum Role: String, Sendable, Hashable { case system, user, assistant, tool }
  package var role: Role
  package var text: String

  package init(role: Role, text: String) {
    self.role = role
    self.text = text
  }
}

package enum ModelEvent: Sendable, Hashable {
  case text(String)
  case toolCall(id: String, name: String, arguments: JSONObject)
  case usage(inputTokens: Int, outputTokens: Int)
  case finished(reason: String)
}
