package import SCRProtocol

/// What a task has used so far of what a ``Budget`` limits. Sums stop at the largest number instead of overflowing.
package struct Usage: Sendable, Hashable {
  /// Time spent running. Waiting in the queue, for a person or for an event does not count.
  package var wallMs: Int64
  package var toolCalls: Int64
  package var tokens: Int64
  /// Millionths of a US dollar.
  package var costMicros: Int64

  package init(wallMs: Int64 = 0, toolCalls: Int64 = 0, tokens: Int64 = 0, costMicros: Int64 = 0) {
    self.wallMs = wallMs
    self.toolCalls = toolCalls
    self.tokens = tokens
    self.costMicros = costMicros
  }

  package static func + (left: Self, right: Self) -> Self {
    Usage(
      wallMs: sum(left.wallMs, right.wallMs), toolCalls: sum(left.toolCalls, right.toolCalls),
      tokens: sum(left.tokens, right.tokens), costMicros: sum(left.costMicros, right.costMicros))
  }

  package static func += (left: inout Self, right: Self) { left = left + right }

  /// Adds a span of running. A clock that was set back meanwhile adds nothing.
  package mutating func ran(from start: Timestamp, to end: Timestamp) {
    self += Usage(wallMs: max(0, end.milliseconds - start.milliseconds))
  }

  static func sum(_ left: Int64, _ right: Int64) -> Int64 {
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? (right > 0 ? .max : .min) : sum
  }
}

extension Usage {
  /// `{wallMs, toolCalls, tokens, costUSD}`.
  package var json: JSONValue {
    [
      "wallMs": .integer(wallMs), "toolCalls": .integer(toolCalls), "tokens": .integer(tokens),
      "costUSD": Dollars.json(costMicros),
    ]
  }

  /// Nil for what ``json`` never gives.
  package init?(json: JSONValue) {
    guard let wall = json["wallMs"]?.integerValue, let calls = json["toolCalls"]?.integerValue,
      let tokens = json["tokens"]?.integerValue, let cost = json["costUSD"].flatMap(Dollars.micros),
      min(wall, calls, tokens, cost) >= 0
    else { return nil }
    self.init(wallMs: wall, toolCalls: calls, tokens: tokens, costMicros: cost)
  }
}
