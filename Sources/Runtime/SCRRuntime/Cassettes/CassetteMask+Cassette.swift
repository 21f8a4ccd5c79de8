import SCRProtocol

extension CassetteMask {
  /// A cassette as JSON, without the secrets in what people, models and tools said. What says which is which stays: a secret
  /// may be a common word, and a record of which a state or a step's name was replaced could not be read.
  mutating func masking(cassette json: JSONValue) -> JSONValue { masking(json, .cassette) }

  private mutating func masking(_ value: JSONValue, _ shape: Shape) -> JSONValue {
    switch (shape, value) {
    case (.kept, _): return value
    case (.plan, _): return masking(value, .planMembers)
    case (.list(let shape), .array(let values)):
      var masked: [JSONValue] = []
      for value in values { masked.append(masking(value, shape)) }
      return .array(masked)
    case (.object(let shapes), .object(let fields)):
      var masked: [JSONField] = []
      for field in fields {
        masked.append(JSONField(key: field.key, value: masking(field.value, shapes[field.key] ?? .payload)))
      }
      return .object(JSONObject(masked))
    default: return masking(value)
    }
  }

  /// Which members of a value are structure. Those that an object does not name are payload.
  private indirect enum Shape: Sendable {
    case payload, kept, plan
    case list(Shape)
    case object([String: Shape])

    static let cassette = Shape.object([
      "format": .kept, "version": .kept, "run": .object(["plan": .plan]),
      "outcome": .object(["state": .kept, "reason": reason]),
      "desk": .object(["tools": .list(.object(["name": .kept, "effect": .kept])), "rules": .kept]),
      "calls": .list(.object(["stepId": .kept, "tool": .kept, "effect": .kept, "reason": reason])),
      "attempts": .list(attempt), "masked": .kept,
    ])

    static let planMembers = Shape.object([
      "failure": .kept, "steps": .list(step), "expect": .list(.object(["step": .kept])),
    ])

    private static let step = Shape.object([
      "id": .kept, "tool": .kept, "agent": .kept, "needs": .kept, "tools": .kept, "onFailure": .kept,
      "onUnknownOutcome": .kept, "plan": .plan,
    ])

    private static let reason = Shape.object(["kind": .kept, "stepId": .kept])

    private static let attempt = Shape.object([
      "stepId": .kept, "agent": .kept, "attempt": .kept, "document": .plan, "error": .object(["code": .kept]),
      "entries": .list(
        .object([
          "type": .kept, "tools": .kept, "finish": .kept, "start": .kept,
          "parts": .list(
            .object([
              "call": .object(["id": .kept, "name": .kept]), "reasoning": .object(["kind": .kept]),
            ])),
        ])),
    ])
  }
}
