/// What a client wants to be told of (MCP 2026-07-28 `SubscriptionFilter`, with `taskIds` of the tasks extension).
package struct SubscriptionFilter: Sendable, Hashable {
  package var toolsListChanged = false
  package var promptsListChanged = false
  package var resourcesListChanged = false
  /// URIs, each once, in the order asked.
  package var resourceSubscriptions: [String] = []
  package var taskIDs: [String] = []

  package init() {}

  package init(
    tools: Bool = false, prompts: Bool = false, resources: Bool = false, resourceSubscriptions: [String] = [],
    taskIDs: [String] = []
  ) {
    toolsListChanged = tools
    promptsListChanged = prompts
    resourcesListChanged = resources
    self.resourceSubscriptions = resourceSubscriptions
    self.taskIDs = taskIDs
  }

  package var isEmpty: Bool { self == SubscriptionFilter() }

  /// - Throws: `RPCError` −32602 naming the member. Unknown members are passed over: they are extensions' that we lack.
  package init(_ value: JSONValue?) throws(RPCError) {
    guard let value, let fields = value.objectValue else {
      throw RPCError(.invalidParams, "\"notifications\" must be an object", path: "params.notifications")
    }
    toolsListChanged = try Self.flag(fields, "toolsListChanged")
    promptsListChanged = try Self.flag(fields, "promptsListChanged")
    resourcesListChanged = try Self.flag(fields, "resourcesListChanged")
    resourceSubscriptions = try Self.texts(fields, "resourceSubscriptions")
    taskIDs = try Self.texts(fields, "taskIds")
  }

  /// Only what is asked for is named.
  package var json: JSONValue {
    var fields: JSONObject = [:]
    if toolsListChanged { fields["toolsListChanged"] = true }
    if promptsListChanged { fields["promptsListChanged"] = true }
    if resourcesListChanged { fields["resourcesListChanged"] = true }
    if !resourceSubscriptions.isEmpty {
      fields["resourceSubscriptions"] = .array(resourceSubscriptions.map { .string($0) })
    }
    if !taskIDs.isEmpty { fields["taskIds"] = .array(taskIDs.map { .string($0) }) }
    return .object(fields)
  }

  private static func flag(_ fields: JSONObject, _ name: String) throws(RPCError) -> Bool {
    switch fields[name] {
    case nil: return false
    case .bool(let flag)?: return flag
    default:
      throw RPCError(.invalidParams, "\"\(name)\" must be true or false", path: "params.notifications.\(name)")
    }
  }

  private static func texts(_ fields: JSONObject, _ name: String) throws(RPCError) -> [String] {
    guard let value = fields[name] else { return [] }
    let texts = value.arrayValue?.map(\.stringValue) ?? [nil]
    var seen: Set<RequestID> = []
    var result: [String] = []
    for text in texts {
      guard let text else {
        throw RPCError(
          .invalidParams, "\"\(name)\" must be an array of strings", path: "params.notifications.\(name)")
      }
      if seen.insert(.string(text)).inserted { result.append(text) }
    }
    return result
  }
}
