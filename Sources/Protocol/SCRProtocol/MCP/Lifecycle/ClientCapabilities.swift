/// What a client says that it can do (MCP `ClientCapabilities`): in `initialize`, or with every modern request.
package struct ClientCapabilities: Sendable, Hashable {
  /// The extension by which calls may become tasks.
  package static let tasksExtension = "io.modelcontextprotocol/tasks"

  /// As the client sent it.
  package let json: JSONObject

  package init(_ json: JSONObject = [:]) { self.json = json }

  /// An `elicitation` without members means forms alone (MCP 2025-11-25, elicitation).
  package var takesForms: Bool {
    guard let elicitation = json["elicitation"]?.objectValue else { return false }
    return elicitation["form"]?.objectValue != nil || elicitation["url"]?.objectValue == nil
  }

  package var takesURLs: Bool { json["elicitation"]?["url"]?.objectValue != nil }
  package var samples: Bool { json["sampling"]?.objectValue != nil }
  /// Whether a model that samples for us may be given tools.
  package var samplesWithTools: Bool { json["sampling"]?["tools"]?.objectValue != nil }
  package var hasRoots: Bool { json["roots"]?.objectValue != nil }

  /// Whether it can be asked anything at all.
  package var answersSomething: Bool { takesForms || takesURLs || samples || hasRoots }

  package var takesTasks: Bool { json["extensions"]?[Self.tasksExtension]?.objectValue != nil }
}
