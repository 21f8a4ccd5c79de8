import SCRProtocol
import SCRRuntime

/// A question of a task as a form that MCP clients can show, and their answer as one of ours. Pure.
enum QuestionForm {
  private static let decision = "decision"
  private static let value = "value"

  /// `elicitation/create` in form mode. An answer whose schema is no flat form is asked for as JSON in a text.
  static func request(_ wait: Wait) -> InputRequest {
    var properties: JSONObject = [:]
    var required: [JSONValue] = []
    if !wait.options.isEmpty {
      properties[decision] = ["type": "string", "title": "Decision", "enum": .array(wait.options.map { .string($0) })]
      required.append(.string(decision))
    }
    if let flat = flatForm(wait) { return .form(question(wait), schema: flat) }
    if let primitive = wait.schema, isPrimitive(primitive) {
      properties[value] = primitive
      if wait.kind == .input { required.append(.string(value)) }
    } else if wait.kind == .input || wait.schema != nil {
      var description = "The answer as JSON"
      if let schema = wait.schema { description += ", by the schema \(schema.jsonText.prefix(2000))" }
      properties[value] = ["type": "string", "title": "Value", "description": .string(description)]
      if wait.kind == .input { required.append(.string(value)) }
    }
    return .form(
      question(wait),
      schema: ["type": "object", "properties": .object(properties), "required": .array(required)])
  }

  private static func question(_ wait: Wait) -> String {
    let place = wait.stepID.map { " (step \($0))" } ?? ""
    return (wait.question ?? "A task asks for \(wait.kind.rawValue)") + place
  }

  /// The schema of an input whose members a form can have as they are.
  private static func flatForm(_ wait: Wait) -> JSONObject? {
    guard wait.kind == .input, wait.options.isEmpty, let schema = wait.schema?.objectValue, schema["type"] == "object",
      let properties = schema["properties"]?.objectValue, !properties.isEmpty,
      properties.allSatisfy({ isPrimitive($0.value) })
    else { return nil }
    var form: JSONObject = ["type": "object", "properties": .object(properties)]
    form["required"] = schema["required"]
    return form
  }

  private static func isPrimitive(_ schema: JSONValue) -> Bool {
    guard let type = schema["type"]?.stringValue else { return false }
    return ["string", "number", "integer", "boolean"].contains(type)
  }

  /// What a client's answer means for the question. Nil leaves it open: the user did not decide.
  static func answer(_ result: ElicitResult, to wait: Wait) -> (decision: String?, value: JSONValue?)? {
    switch result.action {
    case .cancel: return nil
    case .decline: return refusal(of: wait).map { ($0, nil) }
    case .accept: break
    }
    let content = result.content ?? [:]
    if flatForm(wait) != nil { return (nil, .object(content)) }
    var given = content[value]
    if let text = given?.stringValue, !(wait.schema.map(isPrimitive) ?? false) {
      // A field that was left empty is no answer.
      given = text.isEmpty ? Optional.none : (try? JSONParser.parse(text)) ?? .string(text)
    }
    return (content[decision]?.stringValue, given)
  }

  /// The option that declining stands for.
  private static func refusal(of wait: Wait) -> String? { ["reject", "fail"].first { wait.options.contains($0) } }
}
