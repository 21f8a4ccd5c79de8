package import SCRProtocol
package import SCRRuntime

/// The runtime's state as clients see it.
package enum StatusProjection {
  /// `{incarnation, startedAt, store, tasks, runningTasks, maxConcurrentTasks, toolCount, servers}`.
  package static func json(_ status: RuntimeStatus) -> JSONValue {
    [
      "incarnation": .string(status.incarnation.text),
      "startedAt": .string(status.startedAt.description),
      "store": store(status.durability, status.writeFailure),
      "tasks": .object(
        JSONObject(
          TaskState.allCases.map { JSONField(key: $0.rawValue, value: .init(status.taskCounts[$0] ?? 0)) })),
      "runningTasks": .init(status.runningTasks),
      "maxConcurrentTasks": .init(status.maxConcurrentTasks),
      "toolCount": .init(status.toolCount),
      "servers": servers(status.servers),
    ]
  }

  /// By name: `{name, state, toolCount, restarts, protocolRevision?, pid?, reason?, leftOut?}`.
  package static func servers(_ servers: [String: ToolServerStatus]) -> JSONValue {
    .array(servers.sorted { $0.key < $1.key }.map { server($0.key, $0.value) })
  }

  /// `{status, store, reasons, checks, incidents}`.
  package static func health(_ report: HealthReport, _ durability: StoreDurability) -> JSONValue {
    var fields: JSONObject = ["status": .string(report.status.name), "store": store(durability)]
    for field in report.json where field.key != "status" { fields[field.key] = field.value }
    return .object(fields)
  }

  /// `{durability, path?, failure?}`.
  private static func store(_ durability: StoreDurability, _ failure: String? = nil) -> JSONValue {
    switch durability {
    case .durable(let path):
      var fields: JSONObject = ["durability": "durable", "path": .string(path)]
      fields["failure"] = failure.map { .string($0) }
      return .object(fields)
    case .ephemeral: return ["durability": "not durable"]
    }
  }

  private static func server(_ name: String, _ status: ToolServerStatus) -> JSONValue {
    var fields: JSONObject = [
      "name": .string(name), "state": .string(status.state.rawValue), "toolCount": .init(status.toolCount),
      "restarts": .init(status.restarts),
    ]
    fields["protocolRevision"] = status.protocolRevision.map { .string($0) }
    fields["pid"] = status.pid.map { .integer(Int64($0)) }
    fields["reason"] = status.reason.map { .string($0) }
    if !status.leftOut.isEmpty { fields["leftOut"] = .array(status.leftOut.map { .string($0) }) }
    return .object(fields)
  }
}
