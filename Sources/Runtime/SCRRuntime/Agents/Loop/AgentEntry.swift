import SCRProtocol

/// One line of an agent's journal: what it was told, what the model answered, which calls it began and what they gave.
/// An attempt is the sum of its entries, so that whoever reads them again is where it was.
package enum AgentEntry: Sendable, Hashable {
  case opened(AgentOpening)
  /// Somebody spoke to the agent while it worked.
  case said([String])
  case answered(ModelResponse)
  /// The intent of a call: from here on it may have taken effect. Calls are counted over the whole attempt, from 1.
  case begun(call: Int)
  case returned(call: Int, AgentResult)
}

/// How a conversation begins.
package struct AgentOpening: Sendable, Hashable {
  package var system: String
  package var user: String
  /// Towards models, in a stable order.
  package var tools: [String]

  package init(system: String, user: String, tools: [String]) {
    self.system = system
    self.user = user
    self.tools = tools
  }
}

/// What a call gave, as the model gets it.
package struct AgentResult: Sendable, Hashable {
  package var text: String
  package var isError: Bool
  /// Of the whole answer, where ``text`` is only its beginning.
  package var bytes: Int

  package init(text: String, isError: Bool = false, bytes: Int? = nil) {
    self.text = text
    self.isError = isError
    self.bytes = bytes ?? text.utf8.count
  }

  /// - Parameter limit: bytes of the text; what is cut off is said.
  package init(_ result: ToolResult, limit: Int) {
    var whole = result.text
    if whole.isEmpty, let value = result.structuredContent { whole = value.jsonText }
    let others = result.content.count { $0["type"] != "text" }
    if others > 0 { whole += "\n[\(others) parts that are no text were left out]" }
    let bytes = whole.utf8.count
    if bytes > limit {
      whole = whole.prefix(bytes: limit)
      whole += "\n[cut: these are the first \(limit) of \(bytes) bytes; ask the tool for less to see the rest]"
    }
    self.init(text: whole, isError: result.isError, bytes: bytes)
  }

  /// A model can do something about it; whether it took effect is part of what it is told.
  package init(_ error: ToolError) {
    let effect = error.mayHaveTakenEffect ? " It is unknown whether the call took effect." : ""
    let hint = error.hint.map { " (\($0))" } ?? ""
    self.init(text: "\(error.kind.name): \(error.message)\(hint)\(effect)", isError: true)
  }
}

extension String {
  /// As many whole characters from the beginning as fit.
  func prefix(bytes limit: Int) -> String {
    guard utf8.count > limit else { return self }
    var end = utf8.index(startIndex, offsetBy: limit)
    // To the next place where a character begins.
    while end > startIndex, end.samePosition(in: self) == nil { end = utf8.index(before: end) }
    return String(self[..<end])
  }
}
