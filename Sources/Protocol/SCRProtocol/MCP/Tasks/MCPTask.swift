/// A task on MCP's wire, in the shape of the extension `io.modelcontextprotocol/tasks`; revision 2025-11-25 gets the
/// shape of its experimental tasks.
package struct MCPTask: Sendable, Hashable {
  package enum Status: String, Sendable, Hashable, CaseIterable {
    case working
    case inputRequired = "input_required"
    case completed, failed, cancelled

    package var isFinal: Bool { self == .completed || self == .failed || self == .cancelled }
  }

  package var id: String
  package var status: Status
  package var statusMessage: String?
  /// RFC 3339.
  package var createdAt: String
  package var lastUpdatedAt: String
  /// How long the task is kept from its creation on, in milliseconds; nil keeps it for ever.
  package var ttlMs: Int?
  package var pollIntervalMs: Int?
  /// All that is open, while the status is `input_required`. A key is used once in a task's life.
  package var inputRequests: [String: InputRequest]
  /// A `CallToolResult` without envelope, once it completed.
  package var result: JSONObject?
  /// Why there is no result, once it failed.
  package var error: RPCError?

  package init(
    id: String, status: Status, statusMessage: String? = nil, createdAt: String, lastUpdatedAt: String,
    ttlMs: Int? = nil, pollIntervalMs: Int? = nil, inputRequests: [String: InputRequest] = [:],
    result: JSONObject? = nil, error: RPCError? = nil
  ) {
    self.id = id
    self.status = status
    self.statusMessage = statusMessage
    self.createdAt = createdAt
    self.lastUpdatedAt = lastUpdatedAt
    self.ttlMs = ttlMs
    self.pollIntervalMs = pollIntervalMs
    self.inputRequests = inputRequests
    self.result = result
    self.error = error
  }

  /// Reads either shape; nil without an id or a known status.
  package init?(_ value: JSONValue) {
    guard let id = value["taskId"]?.stringValue, let status = value["status"]?.stringValue.flatMap(Status.init) else {
      return nil
    }
    var requests: [String: InputRequest] = [:]
    for field in value["inputRequests"]?.objectValue ?? [:] { requests[field.key] = InputRequest(field.value) }
    func number(_ new: String, _ old: String) -> Int? {
      (value[new] ?? value[old])?.integerValue.flatMap(Int.init(exactly:))
    }
    self.init(
      id: id, status: status, statusMessage: value["statusMessage"]?.stringValue,
      createdAt: value["createdAt"]?.stringValue ?? "", lastUpdatedAt: value["lastUpdatedAt"]?.stringValue ?? "",
      ttlMs: number("ttlMs", "ttl"), pollIntervalMs: number("pollIntervalMs", "pollInterval"), inputRequests: requests,
      result: value["result"]?.objectValue, error: value["error"].map { RPCError($0) })
  }

  /// What a `CreateTaskResult` says of it.
  package var summary: JSONObject { members(status, "ttlMs", "pollIntervalMs") }

  /// What `tasks/get` and `notifications/tasks` say of it.
  package var detail: JSONObject {
    var fields = summary
    switch status {
    case .inputRequired: fields["inputRequests"] = InputRequest.json(inputRequests)
    case .completed: fields["result"] = .object(result ?? [:])
    case .failed: fields["error"] = (error ?? RPCError(.internal, "the task failed")).json
    case .working, .cancelled: break
    }
    return fields
  }

  /// The `Task` of revision 2025-11-25, in which a result that is an error has failed.
  package var legacy: JSONObject {
    let hasFailed = status == .completed && result?["isError"] == true
    return members(hasFailed ? .failed : status, "ttl", "pollInterval")
  }

  private func members(_ status: Status, _ ttl: String, _ interval: String) -> JSONObject {
    var fields: JSONObject = ["taskId": .string(id), "status": .string(status.rawValue)]
    fields["statusMessage"] = statusMessage.map { .string($0) }
    fields["createdAt"] = .string(createdAt)
    fields["lastUpdatedAt"] = .string(lastUpdatedAt)
    fields[ttl] = ttlMs.map { .init($0) } ?? .null
    fields[interval] = pollIntervalMs.map { .init($0) }
    return fields
  }
}

extension InputRequest {
  /// Requests by key, in the order of the keys.
  package static func json(_ requests: [String: InputRequest]) -> JSONValue {
    let sorted = requests.sorted { $0.key < $1.key }
    return .object(JSONObject(sorted.map { JSONField(key: $0.key, value: $0.value.json) }))
  }
}
