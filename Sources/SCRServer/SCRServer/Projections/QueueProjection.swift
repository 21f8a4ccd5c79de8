package import SCRProtocol
package import SCRRuntime

/// The queue as clients see it.
package enum QueueProjection {
  /// `{queued, bytes, running, oldestAgeMs?, accepted, refused, leavingPerSecond, paused?, draining?, limits, priorities,
  /// classes: [{class, …}], weights, isCut?}`.
  package static func json(_ status: QueueStatus, now: Timestamp) -> JSONValue {
    var fields = fields(status.whole, now: now)
    fields["classes"] = .array(
      status.classes.sorted { $0.key < $1.key }.map { name, part in
        .object(JSONObject([JSONField(key: "class", value: .string(name))] + self.fields(part, now: now)))
      })
    fields["weights"] = .object(
      JSONObject(status.weights.sorted { $0.key < $1.key }.map { JSONField(key: $0.key, value: JSONValue($0.value)) }))
    if status.isCut { fields["isCut"] = true }
    return .object(fields)
  }

  private static func fields(_ part: QueueStatus.Part, now: Timestamp) -> JSONObject {
    var fields: JSONObject = [
      "queued": JSONValue(part.queued), "bytes": JSONValue(part.bytes), "running": JSONValue(part.running),
    ]
    fields["oldestAgeMs"] = part.oldest.map { JSONValue(Int(max(.zero, now.since($0)).milliseconds)) }
    fields["accepted"] = JSONValue(part.accepted)
    fields["refused"] = JSONValue(part.refused)
    fields["leavingPerSecond"] = JSONValue((part.leavingPerSecond * 1000).rounded() / 1000)
    fields["paused"] = hold(part.control.pause, now: now)
    fields["draining"] = hold(part.control.drain, now: now)
    fields["limits"] = part.limits.json
    fields["rateLeft"] = part.rateLeft.map { JSONValue($0) }
    fields["priorities"] = .object(
      JSONObject(
        part.byPriority.sorted { $0.key < $1.key }.map { JSONField(key: "\($0.key)", value: JSONValue($0.value)) }))
    return fields
  }

  /// `{until?}` while it holds.
  private static func hold(_ pause: ClassGate.Pause?, now: Timestamp) -> JSONValue? {
    guard let pause, pause.holds(at: now) else { return nil }
    return .object(JSONObject(pause.end.map { [JSONField(key: "until", value: .string($0.description))] } ?? []))
  }

  /// What a control says now: `{class?, paused?, draining?}`.
  static func state(of scope: QueueScope, _ runtime: CognitiveRuntime) async throws(RuntimeError) -> JSONValue {
    let status = try await runtime.queueStatus(scope.taskClass)
    let part = scope.taskClass.flatMap { status.classes[$0] } ?? status.whole
    var fields: JSONObject = [:]
    fields["class"] = scope.taskClass.map { .string($0) }
    fields["queued"] = JSONValue(part.queued)
    fields["running"] = JSONValue(part.running)
    fields["paused"] = hold(part.control.pause, now: runtime.now)
    fields["draining"] = hold(part.control.drain, now: runtime.now)
    return .object(fields)
  }

  /// `{tasks: [summary], hasMore}`.
  package static func drained(_ tasks: [AgentTask], hasMore: Bool) -> JSONValue {
    ["tasks": .array(tasks.map { .object(TaskProjection.summary($0)) }), "hasMore": .bool(hasMore)]
  }
}
