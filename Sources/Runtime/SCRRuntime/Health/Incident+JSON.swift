package import SCRProtocol

extension Incident {
  /// `{number, kind, supervisor?, child, reason, cause?, at, lastAt, times, startedAt?, lastBeat?, restarts, taskId?,
  /// stepId?, evidence?, done}`.
  package var json: JSONValue {
    var fields: JSONObject = ["number": .integer(number), "kind": .string(kind.rawValue)]
    fields["supervisor"] = supervisor.map { .string($0) }
    fields["child"] = .string(child)
    fields["reason"] = .string(reason)
    fields["cause"] = (cause?.rawValue).map { .string($0) }
    fields["at"] = .string(at.description)
    fields["lastAt"] = .string(lastAt.description)
    fields["times"] = JSONValue(times)
    fields["startedAt"] = startedAt.map { .string($0.description) }
    fields["lastBeat"] = lastBeat.map { .string($0.description) }
    fields["restarts"] = JSONValue(restarts)
    fields["taskId"] = taskID.map { .string($0.text) }
    fields["stepId"] = stepID.map { .string($0) }
    if !evidence.isEmpty { fields["evidence"] = .array(evidence.map { .string($0) }) }
    fields["done"] = .string(done)
    return .object(fields)
  }

  package init?(json: JSONValue) {
    guard let kind = json["kind"]?.stringValue.flatMap(Kind.init), let child = json["child"]?.stringValue,
      let reason = json["reason"]?.stringValue, let at = Self.moment(json["at"]), let done = json["done"]?.stringValue,
      let number = json["number"]?.integerValue
    else { return nil }
    self.init(
      kind, supervisor: json["supervisor"]?.stringValue, child: child, reason: reason, at: at, done: done)
    self.number = number
    lastAt = Self.moment(json["lastAt"]) ?? at
    times = json["times"]?.integerValue.flatMap { Int(exactly: $0) } ?? 1
    cause = json["cause"]?.stringValue.flatMap(StuckChild.Cause.init)
    startedAt = Self.moment(json["startedAt"])
    lastBeat = Self.moment(json["lastBeat"])
    restarts = json["restarts"]?.integerValue.flatMap { Int(exactly: $0) } ?? 0
    taskID = (json["taskId"]?.stringValue).map { TaskID($0) }
    stepID = json["stepId"]?.stringValue
    evidence = (json["evidence"]?.arrayValue ?? []).compactMap(\.stringValue)
  }

  private static func moment(_ json: JSONValue?) -> Timestamp? { json?.stringValue.flatMap { Timestamp($0) } }
}

package struct IncidentPage: Sendable, Hashable {
  package var incidents: [Incident]
  package var nextCursor: String?

  package init(incidents: [Incident], nextCursor: String? = nil) {
    self.incidents = incidents
    self.nextCursor = nextCursor
  }
}
