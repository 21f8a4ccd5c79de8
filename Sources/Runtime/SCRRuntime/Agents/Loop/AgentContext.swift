import SCRProtocol

/// What has been said in a conversation, and what of it is sent once it has become too long.
///
/// The beginning and what people said while the agent worked always stay. Of the rest the newest turns stay, a call never
/// without its result. What is left out is named by the numbers of its calls, under which it can be read again.
package struct AgentContext: Sendable {
  /// A call as it is named where its turn was left out.
  struct Call: Sendable {
    var number: Int
    var line: String
  }

  private struct Turn: Sendable {
    private(set) var messages: [ModelMessage] = []
    /// Of the messages; counted once, since every entry asks for it.
    private(set) var bytes = 0
    /// What people said in it.
    var pins: [String] = []
    var calls: [Call] = []

    mutating func add(_ message: ModelMessage) {
      messages.join(message)
      bytes += message.bytes
    }
  }

  /// Ends with the user's words.
  private var beginning: [ModelMessage] = []
  /// Each begins with an answer of the model, but for words that came before the first one.
  private var turns: [Turn] = []
  /// How many of the oldest turns are not sent.
  package private(set) var left = 0

  /// Calls that are named; of older ones their numbers alone.
  private static let namedCalls = 40

  package init() {}

  mutating func begin(_ messages: [ModelMessage]) { beginning = messages }

  mutating func answered(_ message: ModelMessage) {
    turns.append(Turn())
    extend { $0.add(message) }
  }

  mutating func results(_ results: [ModelToolResult], calls: [Call] = []) {
    extend { turn in
      turn.add(.results(results))
      turn.calls += calls
    }
  }

  /// - Parameter isKept: it was said by people, and is kept whatever happens.
  mutating func told(_ text: String, isKept: Bool = false) {
    extend { turn in
      turn.add(.user(text))
      if isKept { turn.pins.append(text) }
    }
  }

  private mutating func extend(_ change: (inout Turn) -> Void) {
    if turns.isEmpty { turns.append(Turn()) }
    change(&turns[turns.count - 1])
  }

  /// Leaves out the oldest turns where the conversation is longer than `limit` tokens: as many as leave a good third free,
  /// so that the same is sent from one turn to the next until there is no room again. The newest turn stays.
  ///
  /// - Parameter overhead: bytes that are sent with every request beside the conversation.
  package mutating func fit(_ limit: Int, _ estimate: TokenEstimate, overhead: Int = 0) {
    func tokens() -> Int {
      estimate.tokens(turns.dropFirst(left).reduce(overhead + beginning.reduce(0) { $0 + $1.bytes }) { $0 + $1.bytes })
    }
    guard tokens() > limit else { return }
    while left < turns.count - 1, tokens() > limit / 3 * 2 { left += 1 }
  }

  /// As it is sent.
  package var messages: [ModelMessage] {
    var first = beginning.isEmpty ? [.user("")] : beginning
    if left > 0 {
      first.tell(note)
      for pin in turns.prefix(left).flatMap(\.pins) { first.tell(pin) }
    }
    return turns.dropFirst(left).reduce(into: first) { messages, turn in
      for message in turn.messages { messages.join(message) }
    }
  }

  /// Whether calls are among what is left out.
  var hasLeftCalls: Bool { turns.prefix(left).contains { !$0.calls.isEmpty } }

  private var note: String {
    let calls = turns.prefix(left).flatMap(\.calls)
    let head = "\(left) turns of yours were left out here for want of room."
    guard !calls.isEmpty else { return "[\(head)]" }
    let older = calls.dropLast(Self.namedCalls)
    let rest = older.first.flatMap { first in older.last.map { "\n- calls \(first.number) to \($0.number)" } } ?? ""
    let lines = calls.suffix(Self.namedCalls).map { "\n- call \($0.number): \($0.line)" }.joined()
    return "[\(head) \(AgentTool.readResultName) gives again what a call in them gave:\(rest)\(lines)]"
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
