import SCRProtocol

/// All that a server offers; what is nil is neither advertised nor answered.
package struct ServerOffer: Sendable {
  package var tools: (any ToolProvider)?
  package var resources: (any ResourceProvider)?
  package var prompts: (any PromptProvider)?
  package var completions: (any CompletionProvider)?
  package var tasks: (any MCPTaskProvider)?
  /// Whether providers use ``RequestContext/log``.
  package var logs: Bool

  package init(
    tools: (any ToolProvider)? = nil, resources: (any ResourceProvider)? = nil, prompts: (any PromptProvider)? = nil,
    completions: (any CompletionProvider)? = nil, tasks: (any MCPTaskProvider)? = nil, logs: Bool = false
  ) {
    self.tools = tools
    self.resources = resources
    self.prompts = prompts
    self.completions = completions
    self.tasks = tasks
    self.logs = logs
  }

  /// `ServerCapabilities`, with what the revision has alone.
  func capabilities(for revision: ProtocolRevision) -> JSONObject {
    func list(_ changes: Bool, _ more: JSONObject = [:]) -> JSONValue {
      var fields = more
      if changes { fields["listChanged"] = true }
      return .object(fields)
    }
    var fields: JSONObject = [:]
    fields["tools"] = tools.map { list($0.tellsOfChanges) }
    fields["resources"] = resources.map { list($0.tellsOfListChanges, $0.tellsOfUpdates ? ["subscribe": true] : [:]) }
    fields["prompts"] = prompts.map { list($0.tellsOfListChanges) }
    if revision >= .march2025, completions != nil { fields["completions"] = [:] }
    if logs { fields["logging"] = [:] }
    if tasks != nil {
      if revision.isModern { fields["extensions"] = [ClientCapabilities.tasksExtension: [:]] }
      if revision == .november2025 {
        fields["tasks"] = ["list": [:], "cancel": [:], "requests": ["tools": ["call": [:]]]]
      }
    }
    return fields
  }
}
