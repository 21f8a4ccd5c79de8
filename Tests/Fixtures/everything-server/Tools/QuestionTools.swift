import MCPServer
import SCRProtocol

// Tools that ask their client and wait.
extension EverythingTools {
  func question(_ call: IncomingToolCall) async throws -> CallToolResult? {
    let client = call.context.client
    func text(_ name: String, _ other: String) -> String { call.arguments[name]?.stringValue ?? other }
    func user(_ text: String) -> [JSONValue] { [PromptResult.user(ContentBlock.text(text))] }
    switch call.name {
    case "test_sampling":
      let answer = try await client.ask(.sample(user(text("prompt", "Hello")), maxTokens: 100))
      return CallToolResult(text: "LLM response: \(CreateMessageResult(answer)?.text ?? "")")
    case "test_missing_capability":
      let answer = try await client.ask(.sample(user("Say something."), maxTokens: 100))
      return CallToolResult(text: "The client's model said: \(CreateMessageResult(answer)?.text ?? "")")
    case "test_elicitation":
      let schema: JSONObject = [
        "type": "object",
        "properties": [
          "username": ["type": "string", "description": "User's response"],
          "email": ["type": "string", "description": "User's email address"],
        ], "required": ["username", "email"],
      ]
      return Self.told(
        "User response", try await client.ask(.form(text("message", "Who are you?"), schema: schema)))
    case "test_streaming_elicitation":
      call.progress.report(1, total: 2, message: "asking")
      let answer = try await client.ask(.form("Go on?", schema: Self.object(["go": ["type": "boolean"]])))
      call.progress.report(2, total: 2, message: "answered")
      return Self.told("User response", answer)
    case "test_elicitation_sep1034_defaults":
      return Self.told(
        "Elicitation completed", try await client.ask(.form("Check these values", schema: Self.defaults)))
    case "test_elicitation_sep1330_enums":
      return Self.told("Elicitation completed", try await client.ask(.form("Choose", schema: Self.choices)))
    case "test_input_required_result_multi_round":
      let first = try await client.ask([
        "step1": .form("Step 1: What is your name?", schema: Self.object(["name": ["type": "string"]]))
      ])
      let second = try await client.ask([
        "step2": .form("Step 2: What is your favorite color?", schema: Self.object(["color": ["type": "string"]]))
      ])
      let name = first["step1"]?["content"]?["name"]?.stringValue ?? "somebody"
      let color = second["step2"]?["content"]?["color"]?.stringValue ?? "none"
      return CallToolResult(text: "\(name) likes the color \(color).")
    default: return nil
    }
  }

  private static func told(_ what: String, _ answer: JSONValue) -> CallToolResult {
    let action = answer["action"]?.stringValue ?? "none"
    return CallToolResult(text: "\(what): action=\(action), content=\((answer["content"] ?? [:]).jsonText)")
  }

  /// A schema of an object that needs all of its members.
  static func object(_ properties: JSONObject) -> JSONObject {
    [
      "type": "object", "properties": .object(properties),
      "required": .array(properties.keys.map { .string($0) }),
    ]
  }

  private static let defaults: JSONObject = [
    "type": "object",
    "properties": [
      "name": ["type": "string", "description": "User name", "default": "John Doe"],
      "age": ["type": "integer", "description": "User age", "default": 30],
      "score": ["type": "number", "description": "User score", "default": 95.5],
      "status": ["type": "string", "enum": ["active", "inactive", "pending"], "default": "active"],
      "verified": ["type": "boolean", "description": "Verification status", "default": true],
    ],
  ]

  private static let choices: JSONObject = {
    let titles: JSONValue = [
      ["const": "value1", "title": "First Option"], ["const": "value2", "title": "Second Option"],
      ["const": "value3", "title": "Third Option"],
    ]
    let names: JSONValue = ["option1", "option2", "option3"]
    return [
      "type": "object",
      "properties": [
        "untitledSingle": ["type": "string", "enum": names], "titledSingle": ["type": "string", "oneOf": titles],
        "legacyEnum": [
          "type": "string", "enum": ["opt1", "opt2", "opt3"],
          "enumNames": ["Option One", "Option Two", "Option Three"],
        ],
        "untitledMulti": ["type": "array", "items": ["type": "string", "enum": names]],
        "titledMulti": ["type": "array", "items": ["anyOf": titles]],
      ],
    ]
  }()
}
