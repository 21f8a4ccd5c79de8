import SCRProtocol

/// What one task has used so far: its own time and calls, and all that its children did.
struct UsageMeter: Sendable, Hashable {
  private var own = Usage()
  private var children = Usage()
  /// The moment up to which the time of this run is counted.
  private var countedUntil: Timestamp?

  /// - Parameters:
  ///   - json: what earlier runs wrote down.
  ///   - calls: attempts of tool steps that the journal knows of; a crash may have kept them from `json`.
  ///   - journaled: what the journals of the task's agents say, likewise.
  init(json: JSONValue?, calls: Int, journaled: Usage = Usage()) {
    let total = json.flatMap { Usage(json: $0) } ?? Usage()
    children = json?["children"].flatMap { Usage(json: $0) } ?? Usage()
    own = Usage(
      wallMs: max(0, total.wallMs - children.wallMs),
      toolCalls: max(0, total.toolCalls - children.toolCalls, Int64(calls) + journaled.toolCalls),
      tokens: max(0, total.tokens - children.tokens, journaled.tokens),
      costMicros: max(0, total.costMicros - children.costMicros, journaled.costMicros))
  }

  var total: Usage { own + children }

  /// ``Usage/json`` of all, with `children` where there were any.
  var json: JSONValue {
    guard children != Usage(), case .object(var fields) = total.json else { return total.json }
    fields["children"] = children.json
    return .object(fields)
  }

  /// The task has run until now, since the last such word of this run.
  mutating func ran(until now: Timestamp) {
    if let countedUntil { own.ran(from: countedUntil, to: now) }
    countedUntil = now
  }

  /// An agent has used it.
  mutating func add(_ usage: Usage) { own += usage }

  mutating func called() { own += Usage(toolCalls: 1) }

  /// A child has ended.
  mutating func add(_ child: AgentTask) { children += child.usage.flatMap { Usage(json: $0) } ?? Usage() }
}
