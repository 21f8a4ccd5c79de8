package import SCRProtocol

/// What a client wants to be told of: MCP's `SubscriptionFilter`, with the tasks extension's member.
package struct ListenFilter: Sendable, Hashable {
  package var tools: Bool
  package var prompts: Bool
  package var resources: Bool
  /// Addresses of resources whose content is watched.
  package var resourceURIs: [String]
  package var taskIDs: [String]

  package init(
    tools: Bool = false, prompts: Bool = false, resources: Bool = false, resourceURIs: [String] = [],
    taskIDs: [String] = []
  ) {
    self.tools = tools
    self.prompts = prompts
    self.resources = resources
    self.resourceURIs = resourceURIs
    self.taskIDs = taskIDs
  }

  package var isEmpty: Bool { self == ListenFilter() }

  package var json: JSONValue {
    var fields: JSONObject = [:]
    if tools { fields["toolsListChanged"] = true }
    if prompts { fields["promptsListChanged"] = true }
    if resources { fields["resourcesListChanged"] = true }
    if !resourceURIs.isEmpty { fields["resourceSubscriptions"] = .array(resourceURIs.map { .string($0) }) }
    if !taskIDs.isEmpty { fields["taskIds"] = .array(taskIDs.map { .string($0) }) }
    return .object(fields)
  }

  /// What an acknowledgement says is honoured.
  package init(_ json: JSONValue) {
    func strings(_ name: String) -> [String] { (json[name]?.arrayValue ?? []).compactMap(\.stringValue) }
    self.init(
      tools: json["toolsListChanged"] == true, prompts: json["promptsListChanged"] == true,
      resources: json["resourcesListChanged"] == true, resourceURIs: strings("resourceSubscriptions"),
      taskIDs: strings("taskIds"))
  }
}

/// How a subscription came to its end.
package enum ListenEnd: Sendable, Hashable {
  /// The server ended it properly.
  case graceful
  /// The server ended it without a result; what happened meanwhile is unknown.
  case torn
  /// No acknowledgement came in time, or something else came first.
  case notAcknowledged
  /// The server does not have it: its words.
  case refused(RPCError)
}
