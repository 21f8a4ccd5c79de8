import SCRProtocol

/// What has been said in a conversation, and what of it is sent once it has become too long.
///
/// The beginning and what people said while the agent worked always stay. Of the rest the newest turns stay, a call never
/// without its result. What is left out is named, and stays in the journal as it was.
package struct AgentContext: Sendable {
  private struct Turn: Sendable {
    var messages: [ModelMessage]
    /// What people said in it.
    var pins: [String] = []

    var bytes: Int { messages.reduce(0) { $0 + $1.bytes } }
  }

  /// Ends with the user's words.
  private var beginning: [ModelMessage] = []
  /// Each begins with an answer of the model, but for words that came before the first one.
  private var turns: [Turn] = []

  package init() {}

  mutating func begin(_ messages: [ModelMessage]) { beginning = messages }
  mutating func answered(_ message: ModelMessage) { turns.append(Turn(messages: [message])) }

  mutating func results(_ results: [ModelToolResult]) {
    extend { $0.messages.append(.results(results)) }
  }

  /// - Parameter isKept: it was said by people, and is kept whatever happens.
  mutating func told(_ text: String, isKept: Bool = false) {
    extend { turn in
      turn.messages.tell(text)
      if isKept { turn.pins.append(text) }
    }
  }

  private mutating func extend(_ change: (inout Turn) -> Void) {
    if turns.isEmpty { turns.append(Turn(messages: [])) }
    change(&turns[turns.count - 1])
  }

  /// - Returns: the messages, within `limit` bytes where the beginning and the newest turn leave room for that.
  package func fitting(_ limit: Int) -> [ModelMessage] {
    let left = leftOut(limit)
    var first = beginning.isEmpty ? [.user("")] : beginning
    if left > 0 {
      first.tell(
        "[\(left) turns of yours were left out here for want of room. What you called and found in them is in the journal.]"
      )
      for pin in turns.prefix(left).flatMap(\.pins) { first.tell(pin) }
    }
    return turns.dropFirst(left).reduce(into: first) { messages, turn in
      for message in turn.messages { messages.join(message) }
    }
  }

  /// Pure: goes through the conversation from its beginning as it grew, so that the same is left out from one turn to the
  /// next until there is no room again. Then as many go as leave a good third free.
  private func leftOut(_ limit: Int) -> Int {
    var left = 0
    var held = beginning.reduce(0) { $0 + $1.bytes }
    for (place, turn) in turns.enumerated() {
      held += turn.bytes
      guard held > limit else { continue }
      while left < place, held > limit / 3 * 2 {
        held -= turns[left].bytes
        left += 1
      }
    }
    return left
  }
}

extension [ModelMessage] {
  /// As part of the user's newest message, so that the roles take turns.
  mutating func tell(_ text: String) { join(.user(text)) }

  mutating func join(_ message: ModelMessage) {
    guard let last = indices.last, self[last].role == message.role else { return append(message) }
    self[last].parts += message.parts
  }
}

extension ModelMessage {
  var bytes: Int {
    parts.reduce(0) { sum, part in
      switch part {
      case .text(let text): sum + text.utf8.count
      case .reasoning(let block): sum + block.text.utf8.count + (block.seal?.encoded.count ?? 0)
      case .toolCall(let call):
        sum + call.name.utf8.count + JSONValue.object(call.arguments).encoded.count
      case .toolResult(let result): sum + result.text.utf8.count
      }
    }
  }
}
