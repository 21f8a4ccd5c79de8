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

  /// What happened, in a few words: "step list completed", "task queued".
  package static func summary(_ event: RuntimeEvent) -> String {
    let words = event.kind.rawValue.split(separator: ".", maxSplits: 1).map(String.init)
    let subject = words.first ?? ""
    let happened = words.dropFirst().first ?? ""
    guard let stepID = event.stepID else { return "\(subject) \(happened)" }
    return subject == "step" ? "step \(stepID) \(happened)" : "step \(stepID): \(subject) \(happened)"
  }
}
