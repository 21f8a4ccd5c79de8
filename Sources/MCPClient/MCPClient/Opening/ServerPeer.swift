package import SCRProtocol

/// What a server told of itself.
package struct ServerPeer: Sendable, Hashable {
  package var revision: ProtocolRevision
  package var implementation: Implementation?
  package var instructions: String?
  /// Nil where it did not tell: then everything is tried.
  package var capabilities: JSONValue?

  package init(
    revision: ProtocolRevision, implementation: Implementation? = nil, instructions: String? = nil,
    capabilities: JSONValue? = nil
  ) {
    self.revision = revision
    self.implementation = implementation
    self.instructions = instructions
    self.capabilities = capabilities
  }

  package var offersTools: Bool { capabilities.map { $0["tools"] != nil } ?? true }
  package var offersPrompts: Bool { capabilities?["prompts"] != nil }
  package var offersResources: Bool { capabilities?["resources"] != nil }
  package var offersCompletion: Bool { capabilities?["completions"] != nil }
  /// Whether the content of single resources can be watched.
  package var offersResourceUpdates: Bool { capabilities?["resources"]?["subscribe"] == true }
  /// The tasks extension of the modern era.
  package var offersTasks: Bool { capabilities?["extensions"]?[ClientCapabilities.tasksExtension] != nil }
  /// The experimental tasks of 2025-11-25, for calls of tools.
  var offersLegacyTasks: Bool { capabilities?["tasks"]?["requests"]?["tools"]?["call"] != nil }

  /// What a subscription of the modern era can ask it to tell.
  package var changes: SubscriptionFilter {
    func tells(_ kind: String) -> Bool { capabilities?[kind]?["listChanged"] == true }
    guard revision.isModern else { return SubscriptionFilter() }
    return SubscriptionFilter(tools: tells("tools"), prompts: tells("prompts"), resources: tells("resources"))
  }
}
