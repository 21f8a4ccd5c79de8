import MCPServer
import SCRProtocol

// Tools that keep nothing while their client is away.
extension EverythingTools {
  func inputRequired(_ call: IncomingToolCall) throws -> CallToolResult? {
    let context = call.context
    func form(_ key: String) -> ElicitResult? { context.inputResponses[key].flatMap(ElicitResult.init) }
    switch call.name.dropPrefix("test_input_required_result_") {
    case "elicitation":
      guard let name = form("user_name")?.content?["name"]?.stringValue else {
        throw InputRequired(["user_name": Self.nameForm])
      }
      return CallToolResult(text: "Hello, \(name)!")
    case "sampling":
      guard let answer = context.inputResponses["capital_question"].flatMap(CreateMessageResult.init) else {
        throw InputRequired(["capital_question": Self.sample("What is the capital of France?", 100)])
      }
      return CallToolResult(text: answer.text)
    case "list_roots":
      guard let roots = context.inputResponses["client_roots"].flatMap(ListRootsResult.init) else {
        throw InputRequired(["client_roots": .roots])
      }
      return CallToolResult(text: "The client has \(roots.roots.count) roots: \(Self.list(roots))")
    case "request_state":
      guard form("confirm")?.content?["ok"]?.boolValue != nil, context.state == "asked" else {
        throw InputRequired(["confirm": Self.confirmation], state: "asked")
      }
      return CallToolResult(text: "state-ok")
    case "tampered_state":
      guard let answer = form("confirm"), context.state == ["step": 1] else {
        throw InputRequired(["confirm": Self.confirmation], state: ["step": 1])
      }
      return CallToolResult(text: "The state is untouched: \(answer.action.rawValue)")
    case "multiple_inputs":
      guard let name = form("user_name")?.content?["name"]?.stringValue,
        let greeting = context.inputResponses["greeting"].flatMap(CreateMessageResult.init),
        let roots = context.inputResponses["client_roots"].flatMap(ListRootsResult.init), context.state == "three"
      else {
        throw InputRequired(
          ["user_name": Self.nameForm, "greeting": Self.sample("Generate a greeting", 50), "client_roots": .roots],
          state: "three")
      }
      return CallToolResult(text: "\(greeting.text) \(name), you work in \(Self.list(roots)).")
    case "capabilities": return try capabilities(context)
    default: return nil
    }
  }

  private func capabilities(_ context: RequestContext) throws -> CallToolResult {
    let all = ["user_name": Self.nameForm, "greeting": Self.sample("Generate a greeting", 50), "client_roots": .roots]
    let possible = all.filter { context.client.supports($0.value) }
    let missing = possible.filter { key, request in
      context.inputResponses[key].map { !request.accepts($0) } ?? true
    }
    if !missing.isEmpty { throw InputRequired(missing) }
    return CallToolResult(text: "Asked and answered: \(possible.keys.sorted().joined(separator: ", "))")
  }

  private static let nameForm = InputRequest.form("What is your name?", schema: object(["name": ["type": "string"]]))
  private static let confirmation = InputRequest.form("Please confirm", schema: object(["ok": ["type": "boolean"]]))

  private static func sample(_ text: String, _ maxTokens: Int) -> InputRequest {
    .sample([PromptResult.user(ContentBlock.text(text))], maxTokens: maxTokens)
  }

  private static func list(_ roots: ListRootsResult) -> String {
    roots.roots.map(\.uri).joined(separator: ", ")
  }
}

extension String {
  fileprivate func dropPrefix(_ prefix: String) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }
}
