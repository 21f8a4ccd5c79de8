import SCRProtocol

// Steps that wait, and plans within plans.
extension PlanSchema {
  static let planStep = object(
    [
      "plan": ["$ref": "#"],
      "inputs": [
        "description": "Values for the inner plan's inputs; strings may hold expressions.", "type": "object",
      ],
      "budget": Budget.schema,
    ], common: attemptMembers, required: ["id", "plan"])

  static let waitStep = object(["wait": wait], common: [:], required: ["id", "wait"])

  private static let wait: JSONValue = {
    let members: JSONObject = [
      "approval": object(
        [
          "question": text("What somebody is to decide; may hold expressions."),
          "options": [
            "description": "The decisions there are; without them approve and reject.",
            "type": "array", "minItems": JSONValue(PlanLimits.options.lowerBound),
            "maxItems": JSONValue(PlanLimits.options.upperBound), "uniqueItems": true,
            "items": ["type": "string", "minLength": 1, "maxLength": 100],
          ],
        ], required: ["question"]),
      "input": object(
        [
          "question": text("What somebody is to give; may hold expressions."),
          "schema": ["description": "JSON Schema of the answer.", "type": ["object", "boolean"]],
        ], required: ["question", "schema"]),
      "event": object(
        [
          "name": text("The event's name."),
          "key": text("Only an event with this key; may hold expressions."),
        ], required: ["name"]),
      "time": [
        "oneOf": [
          object(["for": integer("Milliseconds.", PlanLimits.waitMs)], required: ["for"]),
          object(["until": text("RFC 3339; may hold expressions.")], required: ["until"]),
        ]
      ],
      "timeoutMs": integer("How long it waits at most.", PlanLimits.waitMs),
      "onTimeout": [
        "description": "What becomes of the step then: it fails, or completes with {timedOut: true}.",
        "enum": words(WaitTimeoutPolicy.self),
      ],
    ]
    guard case .object(var schema) = object(members, required: []) else { return [:] }
    schema["oneOf"] = .array(PlanReading.waitForms.map { ["required": [.string($0)]] })
    schema["dependentRequired"] = ["onTimeout": ["timeoutMs"]]
    return .object(schema)
  }()
}
