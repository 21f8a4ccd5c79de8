package import SCRProtocol
package import SCRRuntime

/// The runtime's state as clients see it.
package enum StatusProjection {
  /// `{incarnation, startedAt, store, tasks, runningTasks, maxConcurrentTasks, toolCount, servers}`.
  package static func json(_ status: RuntimeStatus) -> JSONValue {
    [
      "incarnation": .string(status.incarnation.text),
      "startedAt": .string(status.startedAt.description),
      "store": store(status.durability),
      "tasks": .object(
        JSONObject(
          TaskState.allCases.map { JSONField(key: $0.rawValue, value: .init(status.taskCounts[$0] ?? 0)) })),
      "runningTasks": .init(status.runningTasks),
      "maxConcurrentTasks": .init(status.maxConcurrentTasks),
      "toolCount": .init(status.toolCount),
      "servers": servers(status.servers),
    ]
  }

  /// By name: `{name, state, toolCount, restarts, protocolRevision?, pid?, reason?}`.
  package static func servers(_ servers: [String: ToolServerStatus]) -> JSONValue {
    .array(servers.sorted { $0.key < $1.key }.map { server($0.key, $0.value) })
  }

  /// `{status, store, reasons}`: `degraded` while a tool server that should run does not.
  package static func health(_ status: RuntimeStatus) -> JSONValue {
    let failing = status.servers.filter { $0.value.state == .failed }.sorted { $0.key < $1.key }
    return [
      "status": failing.isEmpty ? "ok" : "degraded",
      "store": store(status.durability),
      "reasons": .array(
        failing.map { .string("the tool server \($0.key) failed" + ($0.value.reason.map { ": \($0)" } ?? "")) }),
    ]
  }

  private static func store(_ durability: StoreDurability) -> JSONValue {
    switch durability {
    case .durable(let path): ["durability": "durable", "path": .string(path)]
    case .ephemeral: ["durability": "not durable"]
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
    return .object(fields)
  }
}
