package import SCRProtocol

/// Where a result came from: the calls that led to it, the servers that answered, and the time it took.
package enum Provenance {
  /// `{tools: [{stepId, source, server?, tool, attempts, durationMs}], servers: [name], durationMs, agents?: [{stepId, …}],
  /// review?, scripted?, degraded?}`; `agents` as ``AgentReport/json``, `review` the newest critic's answer.
  package static func json(of records: [StepRecord], since begin: Timestamp, until end: Timestamp) -> JSONValue {
    let calls = records.compactMap { record in record.intent.map { (record, $0.tool) } }
    let tools = calls.map { record, tool -> JSONValue in
      var fields: JSONObject = [
        "stepId": .string(record.stepID), "source": .string(tool.server == nil ? "native" : "mcp"),
      ]
      fields["server"] = tool.server.map { .string($0) }
      fields["tool"] = .string(tool.tool)
      fields["attempts"] = JSONValue(record.attempt)
      if let started = record.startedAt, let ended = record.endedAt {
        fields["durationMs"] = .integer(ended.since(started).milliseconds)
      }
      return .object(fields)
    }
    let called = Set(calls.compactMap(\.1.server)).union(records.flatMap(serversOfAgent))
    var fields: JSONObject = [
      "tools": .array(tools),
      "servers": .array(called.sorted().map { .string($0) }),
      "durationMs": .integer(end.since(begin).milliseconds),
    ]
    addAgents(of: records, to: &fields)
    return .object(fields)
  }

  private static func addAgents(of records: [StepRecord], to fields: inout JSONObject) {
    let agents = records.compactMap { record -> JSONValue? in
      guard var report = record.value?["agent"]?.objectValue else { return nil }
      report["stepId"] = .string(record.stepID)
      report["attempts"] = JSONValue(record.attempt)
      if let started = record.startedAt, let ended = record.endedAt {
        report["durationMs"] = .integer(ended.since(started).milliseconds)
      }
      return .object(report)
    }
    guard !agents.isEmpty else { return }
    fields["agents"] = .array(agents)
    let critic = records.last { $0.value?["agent"]?["kind"] == "critic" }
    fields["review"] = critic?.value?["structuredContent"]
    for word in ["scripted", "degraded"] where agents.contains(where: { $0[word] == true }) { fields[word] = true }
  }

  private static func serversOfAgent(_ record: StepRecord) -> [String] {
    (record.value?["agent"]?["calls"]?.objectValue ?? [:]).keys.compactMap { ToolName(qualified: $0).server }
  }
}
