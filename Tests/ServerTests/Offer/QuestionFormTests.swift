import SCRProtocol
import Testing

@testable import SCRRuntime
@testable import SCRServer

@Suite struct QuestionFormTests {
  private static func wait(
    _ kind: WaitKind, options: [String] = [], schema: JSONValue? = nil, stepID: String? = "s"
  ) -> Wait {
    Wait(
      id: "wait_1", taskID: TaskID("t"), stepID: stepID, kind: kind, question: "Go on?", options: options,
      schema: schema, requestedAt: Timestamp("2026-01-01T00:00:00Z") ?? Timestamp(milliseconds: 0))
  }

  private static func form(_ wait: Wait) -> JSONValue? { QuestionForm.request(wait).params["requestedSchema"] }

  @Test func `An approval is asked for as a choice, and declining it rejects`() {
    let wait = Self.wait(.approval, options: ["approve", "reject"])
    #expect(
      QuestionForm.request(wait).json == [
        "method": "elicitation/create",
        "params": [
          "mode": "form", "message": "Go on? (step s)",
          "requestedSchema": [
            "type": "object",
            "properties": ["decision": ["type": "string", "title": "Decision", "enum": ["approve", "reject"]]],
            "required": ["decision"],
          ],
        ],
      ])
    let accepted = QuestionForm.answer(ElicitResult(.accept, content: ["decision": "approve"]), to: wait)
    #expect(accepted?.decision == "approve" && accepted?.value == nil)
    #expect(QuestionForm.answer(ElicitResult(.decline), to: wait)?.decision == "reject")
    #expect(QuestionForm.answer(ElicitResult(.cancel), to: wait) == nil)
  }

  @Test func `An input of flat members is asked for as it is`() {
    let schema: JSONValue = [
      "type": "object", "properties": ["name": ["type": "string"], "age": ["type": "integer"]], "required": ["name"],
    ]
    let wait = Self.wait(.input, schema: schema)
    #expect(Self.form(wait) == schema)
    let answer = QuestionForm.answer(ElicitResult(.accept, content: ["name": "Ada"]), to: wait)
    #expect(answer?.value == ["name": "Ada"] && answer?.decision == nil)
  }

  @Test func `A single value is asked for as one member`() {
    let wait = Self.wait(.input, schema: ["type": "integer", "minimum": 1])
    #expect(
      Self.form(wait) == [
        "type": "object", "properties": ["value": ["type": "integer", "minimum": 1]], "required": ["value"],
      ])
    #expect(QuestionForm.answer(ElicitResult(.accept, content: ["value": 3]), to: wait)?.value == 3)
  }

  @Test(
    arguments: [
      (#"{"tags":["a"]}"#, ["tags": ["a"]]), ("plain words", "plain words"), ("", nil),
    ] as [(String, JSONValue?)])
  func `What no form can have is asked for as JSON in a text`(typed: String, value: JSONValue?) {
    let schema: JSONValue = [
      "type": "object", "properties": ["tags": ["type": "array", "items": ["type": "string"]]],
    ]
    let wait = Self.wait(.input, schema: schema)
    let member = Self.form(wait)?["properties"]?["value"]
    #expect(member?["type"] == "string" && member?["description"]?.stringValue?.contains(#""tags""#) == true)
    #expect(QuestionForm.answer(ElicitResult(.accept, content: ["value": .string(typed)]), to: wait)?.value == value)
  }

  @Test func `A budget takes a decision, and more of what was used up`() {
    let schema: JSONValue = ["type": "object", "properties": ["usd": ["type": "number"]]]
    let wait = Self.wait(.budget, options: ["extend", "fail"], schema: schema, stepID: nil)
    #expect(Self.form(wait)?["required"] == ["decision"])
    let answer = QuestionForm.answer(
      ElicitResult(.accept, content: ["decision": "extend", "value": #"{"usd":1}"#]), to: wait)
    #expect(answer?.decision == "extend" && answer?.value == ["usd": 1])
    #expect(QuestionForm.answer(ElicitResult(.decline), to: wait)?.decision == "fail")
  }
}
