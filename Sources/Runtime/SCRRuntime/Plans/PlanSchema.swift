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
        "items": [
          "anyOf": [
            ["$ref": "#/$defs/toolStep"], ["$ref": "#/$defs/agentStep"], ["$ref": "#/$defs/planStep"],
            ["$ref": "#/$defs/waitStep"],
          ]
        ],
      ],
      "failure": [
        "description": "What a failed step does to the others, where it does not say so itself.",
        "enum": words(PlanFailurePolicy.self),
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
      "toolStep": toolStep, "agentStep": agentStep, "planStep": planStep, "waitStep": waitStep, "retry": retry,
      "taskRetry": taskRetry,
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
    ], common: Self.callMembers, required: ["id", "tool"])

  private static let agentStep = object(
    [
      "agent": [
        "description": "Who does it: one of these, or the name of an agent that a file describes.",
        "anyOf": [
          ["enum": words(PlanReading.PlanAgent.self)],
          [
            "type": "string", "pattern": .string(AgentKind.namePattern),
            "not": ["enum": .array(AgentKind.builtIn.map { .string($0.rawValue) })],
          ],
        ],
      ],
      "goal": text("What the agent shall do; may hold expressions."),
      "tools": [
        "description": "The tools that the agent may use, as globs over their names; all of its kind if left out.",
        "type": "array", "items": ["type": "string", "minLength": 1],
      ],
      "budget": Budget.schema,
    ], common: Self.callMembers, required: ["id", "agent", "goal"])

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
  static let stepMembers: JSONObject = [
    "id": ["$ref": "#/$defs/id"],
    "needs": [
      "description": "Steps that must be completed first, besides those that expressions refer to.",
      "type": "array", "items": ["$ref": "#/$defs/id"],
    ],
    "onFailure": [
      "description": "What its failure does to the others: stop the plan, skip what depends on it, or go on with it.",
      "enum": words(StepFailurePolicy.self),
    ],
  ]

  /// Members that steps with attempts may have.
  static let attemptMembers: JSONObject = [
    "retry": ["$ref": "#/$defs/retry"],
    "timeoutMs": integer("The limit of each attempt.", PlanLimits.timeoutMs),
  ]

  private static let callMembers: JSONObject = joined(
    attemptMembers,
    [
      "onUnknownOutcome": [
        "description": "What to do after a crash that leaves it unknown whether the call took effect.",
        "enum": words(UnknownOutcomePolicy.self),
      ]
    ])

  static func joined(_ first: JSONObject, _ second: JSONObject) -> JSONObject {
    var members = first
    for member in second { members[member.key] = member.value }
    return members
  }

  /// - Parameter common: nil for what is no step.
  static func object(
    _ members: JSONObject, common: JSONObject? = nil, required: [String]
  ) -> JSONValue {
    let properties = common.map { joined(joined(members, stepMembers), $0) } ?? members
    return [
      "type": "object", "properties": .object(properties), "required": .array(required.map { .string($0) }),
      "additionalProperties": false,
    ]
  }

  static func text(_ description: String, _ more: JSONObject = [:]) -> JSONValue {
    var schema: JSONObject = ["description": .string(description), "type": "string", "minLength": 1]
    for member in more { schema[member.key] = member.value }
    return .object(schema)
  }

  static func integer(_ description: String, _ range: ClosedRange<Int>) -> JSONValue {
    [
      "description": .string(description), "type": "integer", "minimum": JSONValue(range.lowerBound),
      "maximum": JSONValue(range.upperBound),
    ]
  }

  static func words<Word: RawRepresentable & CaseIterable>(_ type: Word.Type) -> JSONValue
  where Word.RawValue == String {
    .array(type.allCases.map { .string($0.rawValue) })
  }
}
