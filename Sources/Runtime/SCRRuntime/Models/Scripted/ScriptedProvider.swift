import Synchronization

/// A model that says what a script tells it to. Nothing it says is the work of a model, and everything says so.
package final class ScriptedProvider: ModelProvider {
  package let profile: ModelProfile
  private let script: ModelScript
  private let clock: any RuntimeClock
  private let used = Mutex<Set<Int>>([])

  package init(name: String, script: ModelScript, clock: any RuntimeClock = SystemClock()) {
    profile = ModelProfile(name: name, kind: "scripted", model: "scripted", isScripted: true)
    self.script = script
    self.clock = clock
  }

  package func generate(
    _ request: ModelRequest, onEvent: @Sendable (ModelEvent) async throws -> Void
  ) async throws {
    let place = try take(for: request)
    let turn = script.turns[place]
    if turn.delayMs > 0 { try await clock.sleep(for: .milliseconds(turn.delayMs)) }
    try Task.checkCancellation()
    try await onEvent(
      .started(
        ModelStart(
          provider: name, model: request.model ?? "scripted", id: Self.id(of: place), isScripted: true)))
    for piece in Self.pieces(turn.text ?? "") { try await onEvent(.text(piece)) }
    for (index, call) in turn.toolCalls.enumerated() {
      try await onEvent(.toolCallStarted(call: index, id: call.id, name: call.name))
      try await onEvent(.toolCall(call: index, call))
    }
    if let usage = turn.usage { try await onEvent(.usage(usage)) }
    if var error = turn.error {
      error.provider = name
      throw error
    }
    try await onEvent(.finished(turn.toolCalls.isEmpty ? .stop : .toolCalls))
  }

  /// How many turns there are for each role.
  package var turnsByRole: [String: Int] { script.turns.reduce(into: [:]) { $0[$1.role, default: 0] += 1 } }

  package func models() async throws -> [ModelListing] { [ModelListing(id: "scripted")] }

  /// Turns that gave these answers are used, and so are errors of the same role before them: those are in no journal.
  package func recall(_ answers: [ModelStart]) {
    let places = answers.compactMap { $0.id.flatMap(Self.place) }.filter(script.turns.indices.contains)
    used.withLock { used in
      for place in places {
        used.insert(place)
        for earlier in script.turns.indices.prefix(place)
        where script.turns[earlier].role == script.turns[place].role && script.turns[earlier].error != nil {
          used.insert(earlier)
        }
      }
    }
  }

  /// The name of an answer: its turn, from 1, so that the journals of tasks tell which turns were used.
  private static func id(of place: Int) -> String { "turn-\(place + 1)" }

  private static func place(of id: String) -> Int? {
    id.hasPrefix("turn-") ? Int(id.dropFirst("turn-".count)).map { $0 - 1 } : nil
  }

  /// The first turn of the role that fits and was not used yet.
  private func take(for request: ModelRequest) throws(ModelError) -> Int {
    let told = Self.news(in: request)
    let role = request.purpose.role
    let place = used.withLock { used -> Int? in
      let place = script.turns.indices.first { index in
        let turn = script.turns[index]
        return turn.role == role && !used.contains(index) && turn.match?.fits(told) != false
      }
      if let place { used.insert(place) }
      return place
    }
    if let place { return place }
    let left = used.withLock { used in
      script.turns.indices.count { script.turns[$0].role == role && !used.contains($0) }
    }
    throw ModelError(
      .scriptExhausted,
      left == 0
        ? "the script of \(name) has no more turns for \(role)"
        : "none of the \(left) turns left for \(role) in the script of \(name) matches",
      hint: "add a turn with role: \(role)", provider: name)
  }

  /// What the model was told since it last spoke.
  static func news(in request: ModelRequest) -> String {
    let last = request.messages.lastIndex { $0.role == .assistant }
    let messages = request.messages[(last.map { $0 + 1 } ?? 0)...]
    return messages.map { ([$0.text] + $0.toolResults.map(\.text)).filter { !$0.isEmpty }.joined(separator: "\n") }
      .joined(separator: "\n")
  }

  /// Word by word, as models speak.
  static func pieces(_ text: String) -> [String] {
    var pieces: [String] = []
    var piece = ""
    for character in text {
      piece.append(character)
      if character.isWhitespace {
        pieces.append(piece)
        piece = ""
      }
    }
    return piece.isEmpty ? pieces : pieces + [piece]
  }
}
