package import SCRProtocol

/// What is known of a tool before it is called.
package struct ToolDescriptor: Sendable, Hashable {
  package var name: ToolName
  package var title: String?
  package var description: String
  /// JSON Schema with an object at its root.
  package var inputSchema: JSONValue
  package var outputSchema: JSONValue?
  /// MCP annotations as the server sent them. Untrusted: shown to people, never the basis of a decision.
  package var annotations: JSONObject?
  /// What local configuration, or the tool's own code if it is native, vouches for.
  package var effect: ToolEffect
  /// The entry of its server lists the tool in `allowedTools`.
  package var isNamedByConfiguration: Bool

  package init(
    name: ToolName, title: String? = nil, description: String, inputSchema: JSONValue, outputSchema: JSONValue? = nil,
    annotations: JSONObject? = nil, effect: ToolEffect = .unknown, isNamedByConfiguration: Bool = false
  ) {
    self.name = name
    self.title = title
    self.description = description
    self.inputSchema = inputSchema
    self.outputSchema = outputSchema
    self.annotations = annotations
    self.effect = effect
    self.isNamedByConfiguration = isNamedByConfiguration
  }
}

/// Whether a call may be made again when it is unknown if it took effect. Decided by trusted sources only.
package enum ToolEffect: String, Sendable, Hashable {
  case readOnly, idempotent, unknown

  /// After a crash between intent and outcome, calling once more does no harm.
  package var mayRepeat: Bool { self != .unknown }
}
