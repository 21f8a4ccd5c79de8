import SCRProtocol

/// What a validator answers.
enum ValidatorAnswer {
  static let schema: JSONValue = PlanSchema.object(
    [
      "verdict": ["enum": ["pass", "fail", "unclear"]], "summary": PlanSchema.text("The verdict in a sentence."),
      "issues": [
        "type": "array", "maxItems": 50,
        "items": PlanSchema.object(
          ["what": PlanSchema.text("What is wrong."), "where": ["type": "string"]], required: ["what"]),
      ],
    ], required: ["verdict", "summary", "issues"])
}
