package import SCRProtocol

/// A model's answer: the sum of its events, and nothing else.
package struct ModelResponse: Sendable, Hashable {
  package private(set) var start: ModelStart?
  /// The turn as it belongs into the next request's messages.
  package private(set) var message = ModelMessage(role: .assistant, parts: [])
  package private(set) var usage = ModelUsage()
  /// Nil while the answer is still coming.
  package private(set) var finish: ModelFinish?

  package init() {}

  package mutating func add(_ event: ModelEvent) {
    switch event {
    case .started(let start):
      // Where an answer begins anew, nothing of the one before belongs to it.
      self = ModelResponse()
      self.start = start
    case .text(let piece): append(piece)
    case .reasoned(let block): message.parts.append(.reasoning(block))
    case .toolCall(_, let call): message.parts.append(.toolCall(call))
    case .usage(let usage): self.usage = usage
    case .finished(let reason): finish = reason
    case .reasoning, .toolCallStarted, .toolCallArguments: break
    }
  }

  private mutating func append(_ piece: String) {
    guard !piece.isEmpty else { return }
    if case .text(var text) = message.parts.last {
      message.parts.removeLast()
      text += piece
      message.parts.append(.text(text))
    } else {
      message.parts.append(.text(piece))
    }
  }

  package var text: String { message.text }
  package var toolCalls: [ModelToolCall] { message.toolCalls }
  package var isScripted: Bool { start?.isScripted ?? false }
  package var isDegraded: Bool { start?.isDegraded ?? false }

  /// Events that sum up to this answer, for an answer that is given again.
  package var events: [ModelEvent] {
    var events: [ModelEvent] = []
    if let start { events.append(.started(start)) }
    var call = 0
    for part in message.parts {
      switch part {
      case .text(let text): events.append(.text(text))
      case .reasoning(let block): events.append(.reasoned(block))
      case .toolCall(let made):
        events.append(.toolCall(call: call, made))
        call += 1
      case .toolResult: break
      }
    }
    events.append(.usage(usage))
    if let finish { events.append(.finished(finish)) }
    return events
  }

  /// Who answered and what it took: `{provider, model, finish?, usage, scripted?, degraded?, cached?}`.
  package var provenance: JSONValue {
    var fields: JSONObject = [:]
    fields["provider"] = start.map { .string($0.provider) }
    fields["model"] = start.map { .string($0.model) }
    fields["finish"] = finish.map { .string($0.rawValue) }
    fields["usage"] = usage.json
    if isScripted { fields["scripted"] = true }
    if isDegraded { fields["degraded"] = true }
    if start?.isCached == true { fields["cached"] = true }
    return .object(fields)
  }
}
