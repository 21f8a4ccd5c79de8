package import SCRProtocol
package import SCRRuntime

/// Events as clients see them (interface.md §3).
package enum EventProjection {
  /// `{sequence, at, kind, taskId?, stepId?, data}`.
  package static func fields(_ event: RuntimeEvent) -> JSONObject {
    var fields: JSONObject = [
      "sequence": .integer(event.sequence), "at": .string(event.at.description), "kind": .string(event.kind.rawValue),
    ]
    fields["taskId"] = event.taskID.map { .string($0.text) }
    fields["stepId"] = event.stepID.map { .string($0) }
    fields["data"] = event.data
    return fields
  }

  /// The parameters of the notification `event`: the same, with the request that they are sent for.
  package static func params(_ event: RuntimeEvent, subscription: RequestID) -> JSONValue {
    .object(JSONObject([JSONField(key: "subscription", value: subscription.json)] + fields(event)))
  }

  /// A piece that is never stored: `{after, part, at, kind, taskId?, stepId?, data}`; `after` is the newest event before it, a
  /// gap in `part` tells of lost ones.
  package static func fields(_ delta: EventDelta) -> JSONObject {
    var fields: JSONObject = [
      "after": .integer(delta.after), "part": .integer(delta.part), "at": .string(delta.at.description),
      "kind": .string(delta.kind.rawValue),
    ]
    fields["taskId"] = delta.taskID.map { .string($0.text) }
    fields["stepId"] = delta.stepID.map { .string($0) }
    fields["data"] = delta.data
    return fields
  }

  /// The parameters of the notification `event` for it.
  package static func params(_ delta: EventDelta, subscription: RequestID) -> JSONValue {
    .object(JSONObject([JSONField(key: "subscription", value: subscription.json)] + fields(delta)))
  }

  /// What happened, in a few words: "step list completed", "task queued".
  package static func summary(_ event: RuntimeEvent) -> String {
    let words = event.kind.rawValue.split(separator: ".", maxSplits: 1).map(String.init)
    let subject = words.first ?? ""
    let happened = words.dropFirst().first ?? ""
    guard let stepID = event.stepID else { return "\(subject) \(happened)" }
    return subject == "step" ? "step \(stepID) \(happened)" : "step \(stepID): \(subject) \(happened)"
  }
}
