/// What a user made of an elicitation (MCP `ElicitResult`).
package struct ElicitResult: Sendable, Hashable {
  package enum Action: String, Sendable, Hashable {
    case accept, decline, cancel
  }

  package var action: Action
  /// The values of a form that was accepted.
  package var content: JSONObject?

  package init(_ action: Action, content: JSONObject? = nil) {
    self.action = action
    self.content = content
  }

  /// Nil for what is no such result.
  package init?(_ value: JSONValue) {
    guard let action = value["action"]?.stringValue.flatMap(Action.init) else { return nil }
    if let content = value["content"], content.objectValue == nil { return nil }
    self.init(action, content: value["content"]?.objectValue)
  }

  package var json: JSONValue {
    var fields: JSONObject = ["action": .string(action.rawValue)]
    fields["content"] = content.map { .object($0) }
    return .object(fields)
  }
}
