import MCPClient
import SCRProtocol

/// Accepts every form as it is, and confirms what is to be confirmed.
struct Person: ServerQuestionAnswering {
  func supports(_ question: InputRequest) -> Bool { true }

  func answer(_ question: InputRequest) async throws -> JSONValue {
    switch question.method {
    case .listRoots: ["roots": [["uri": "file:///tmp", "name": "tmp"]]]
    case .sample:
      [
        "role": "assistant", "content": ["type": "text", "text": "An answer."], "model": "none",
        "stopReason": "endTurn",
      ]
    default: question.isURL ? ["action": "accept"] : ["action": "accept", "content": .object(Self.filled(question))]
    }
  }

  private static func filled(_ question: InputRequest) -> JSONObject {
    let fields = question.params["requestedSchema"]?["properties"]?.objectValue ?? [:]
    return JSONObject(fields.map { JSONField(key: $0.key, value: value(of: $0.value)) })
  }

  private static func value(of field: JSONValue) -> JSONValue {
    if let standard = field["default"] { return standard }
    let choices = field["enum"]?.arrayValue ?? field["oneOf"]?.arrayValue?.compactMap { $0["const"] }
    switch field["type"]?.stringValue {
    case "boolean": return true
    case "integer", "number": return field["minimum"] ?? 1
    case "array":
      let items =
        field["items"]?["enum"]?.arrayValue ?? field["items"]?["anyOf"]?.arrayValue?.compactMap { $0["const"] }
      return .array(Array((items ?? []).prefix(1)))
    default: return choices?.first ?? "text"
    }
  }
}
