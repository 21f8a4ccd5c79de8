import SCRProtocol
import SCRRuntime
import SCRTestSupport

/// A model that says what was written beforehand, for chats.
enum ScriptedChat {
  private static let script: JSONValue = [
    ["role": "chat", "match": "^Hello", "text": "Hello to you.", "usage": ["inputTokens": 9, "outputTokens": 3]],
    [
      "role": "chat", "match": "six times seven", "text": "Let me see. ",
      "toolCalls": [["name": "calculator", "arguments": ["expression": "6 * 7"]], ["name": "guess"]],
      "usage": ["inputTokens": 20, "outputTokens": 10],
    ],
    ["role": "chat", "match": "42", "text": "It is 42.", "usage": ["inputTokens": 40, "outputTokens": 4]],
    [
      "role": "chat", "match": "^Fail", "error": ["code": "rate_limited", "message": "slow down", "retryAfterMs": 700],
    ],
  ]

  static func models() throws -> ModelRegistry {
    ModelRegistry([ScriptedProvider(name: "demo", script: try ModelScript(json: script), clock: ManualClock())])
  }
}
