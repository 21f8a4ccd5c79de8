package import SCRProtocol

/// Where a result came from: the calls that led to it, the servers that answered, and the time it took.
package enum Provenance {
  /// `{tools: [{stepId, source, server?, tool, attempts, durationMs}], servers: [name], durationMs}`.
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
    return [
      "tools": .array(tools),
      "servers": .array(Set(calls.compactMap(\.1.server)).sorted().map { .string($0) }),
      "durationMs": .integer(end.since(begin).milliseconds),
    ]
  }
}
