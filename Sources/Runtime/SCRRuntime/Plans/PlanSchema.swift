package import SCRProtocol

/// The JSON Schema of plan files, committed as `schemas/plan.schema.json` for editors. It names the same members, words
/// and limits as ``PlanParser``; ids, references and circles are beyond a schema.
package enum PlanSchema {
  package static let json: JSONValue = [
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Plan of scr",
    "description": "Steps that depend on each other, what is expected of them, and the result they give.",
    "type": "object",
    "properties": [
      "title": text("What the plan is for.", ["maxLength": JSONValue(PlanLimits.titleBytes)]),
      "inputs": [
        "description": "Inputs by name with their defaults. One whose default is null must be given.",
        "type": "object", "propertyNames": ["minLength": 1],
      ],
      "steps": [
        "type": "array", "minItems": 1, "maxItems": JSONValue(PlanLimits.steps),
        "items": ["anyOf": [["$ref": "#/$defs/toolStep"], ["$ref": "#/$defs/agentStep"]]],
      ],
      "expect": [
        "description": "What must hold after the steps; otherwise the task has failed.",
        "type": "array",
        "items": ["anyOf": [["$ref": "#/$defs/stepExpectation"], ["$ref": "#/$defs/valueExpectation"]]],
      ],
      "retry": ["$ref": "#/$defs/taskRetry"],
      "result": [
        "description": "The result, with expressions; without it, the values of the steps that no other step needs."
      ],
    ],
    "required": ["steps"],
    "additionalProperties": false,
    "$defs": [
      "id": ["type": "string", "pattern": "^[a-z][a-z0-9_]{0,63}$"],
      "toolStep": toolStep, "agentStep": agentStep, "retry": retry, "taskRetry": taskRetry,
      "stepExpectation": object(
        ["step": ["$ref": "#/$defs/id"], "notError": ["const": true]], required: ["step", "notError"]),
      "valueExpectation": valueExpectation,
    ],
  ]

  private static let toolStep = object(
    [
      "tool": text("server.tool for a tool server's tool, a bare name for a native one."),
      "arguments": [
        "description": "The tool's arguments. Strings may hold expressions: ${inputs.name}, ${steps.id.text}.",
        "type": "object",
      ],
    ], common: true, required: ["id", "tool"])

  private static let agentStep = object(
    [
      "agent": ["enum": words(PlanReading.PlanAgent.self)],
      "goal": text("What the agent shall do; may hold expressions."),
    ], common: true, required: ["id", "agent", "goal"])

  private static let retry = object(
    [
      "attempts": integer("How often the step is tried at most.", PlanLimits.attempts),
      "backoffMs": integer("The first pause; it doubles with every further one.", PlanLimits.backoffMs),
      "jitter": [
        "description": "The share of a pause that is random.", "type": "number", "minimum": 0, "maximum": 1,
      ],
    ], required: ["attempts"])

  private static let taskRetry = object(
    [
      "attempts": integer(
        "How often the whole plan is run at most; completed steps are kept.", TaskRetry.attemptsRange),
      "backoffMs": integer("The first pause; it doubles with every further one.", TaskRetry.backoffRange),
      "jitter": [
        "description": "The share of a pause that is random.", "type": "number", "minimum": 0, "maximum": 1,
      ],
    ], required: ["attempts"])

  private static let valueExpectation: JSONValue = {
    let members: JSONObject = [
      "value": ["description": "What is looked at; may hold expressions."], "equals": [:],
      "atLeast": ["type": "number"], "atMost": ["type": "number"], "contains": [:],
      "matches": text("A regular expression as in ECMAScript.", ["format": "regex"]),
      "schema": ["type": ["object", "boolean"]],
    ]
    let comparisons = PlanReading.comparisons.map { JSONValue.object(["required": [.string($0)]]) }
    guard case .object(var schema) = object(members, required: ["value"]) else { return [:] }
    schema["oneOf"] = .array(comparisons)
    return .object(schema)
  }()

  /// Members that every step may have.
  private static let stepMembers: JSONObject = [
    "id": ["$ref": "#/$defs/id"],
    "needs": [
      "description": "Steps that must be completed first, besides those that expressions refer to.",
      "type": "array", "items": ["$ref": "#/$defs/id"],
    ],
    "retry": ["$ref": "#/$defs/retry"],
    "timeoutMs": integer("The limit of each attempt.", PlanLimits.timeoutMs),
    "onUnknownOutcome": [
      "description": "What to do after a crash that leaves it unknown whether the call took effect.",
      "enum": words(UnknownOutcomePolicy.self),
    ],
  ]

  private static func object(
    _ members: JSONObject, common: Bool = false, required: [String]
  ) -> JSONValue {
    var properties = members
    if common {
      for member in stepMembers { properties[member.key] = member.value }
    }
    return [
      "type": "object", "properties": .object(properties), "required": .array(required.map { .string($0) }),
      "additionalProperties": false,
    ]
  }

  private static func text(_ description: String, _ more: JSONObject = [:]) -> JSONValue {
    var schema: JSONObject = ["description": .string(description), "type": "string", "minLength": 1]
    for member in more { schema[member.key] = member.value }
    return .object(schema)
  }

  private static func integer(_ description: String, _ range: ClosedRange<Int>) -> JSONValue {
    [
      "description": .string(description), "type": "integer", "minimum": JSONValue(range.lowerBound),
      "maximum": JSONValue(range.upperBound),
    ]
  }

  private static func words<Word: RawRepresentable & CaseIterable>(_ type: Word.Type) -> JSONValue
  where Word.RawValue == String {
    .array(type.allCases.map { .string($0.rawValue) })
  }
}
