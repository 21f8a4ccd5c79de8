/// What a task may use, together with all its children. A limit that is nil is none.
package struct Budget: Sendable, Hashable {
  /// Time spent running; waiting does not count.
  package var wallMs: Int64?
  package var toolCalls: Int64?
  package var tokens: Int64?
  /// Millionths of a US dollar.
  package var costMicros: Int64?

  package init(
    wallMs: Int64? = nil, toolCalls: Int64? = nil, tokens: Int64? = nil, costMicros: Int64? = nil
  ) {
    self.wallMs = wallMs
    self.toolCalls = toolCalls
    self.tokens = tokens
    self.costMicros = costMicros
  }

  /// No limit at all.
  package var isUnlimited: Bool { self == Budget() }

  /// What is left after `usage`; never below zero.
  package func remaining(after usage: Usage) -> Budget {
    merged(with: usage) { limit, used in limit.map { max(0, $0 - used) } }
  }

  /// The budget of a child: of its own and of what its parent has left, the smaller in each member.
  package func inherited(fromRemainder parent: Budget) -> Budget {
    func least(_ own: Int64?, _ other: Int64?) -> Int64? { own.map { min($0, other ?? $0) } ?? other }
    return Budget(
      wallMs: least(wallMs, parent.wallMs), toolCalls: least(toolCalls, parent.toolCalls),
      tokens: least(tokens, parent.tokens), costMicros: least(costMicros, parent.costMicros))
  }

  /// After somebody granted more: each limit grows by the grant's. What had no limit still has none.
  package func extended(by grant: Budget) -> Budget {
    func more(_ limit: Int64?, _ grant: Int64?) -> Int64? { limit.map { Usage.sum($0, max(0, grant ?? 0)) } }
    return Budget(
      wallMs: more(wallMs, grant.wallMs), toolCalls: more(toolCalls, grant.toolCalls),
      tokens: more(tokens, grant.tokens), costMicros: more(costMicros, grant.costMicros))
  }

  /// The first limit that `usage` is above; nil if all hold. Reaching a limit exactly is allowed.
  package func exceeded(by usage: Usage) -> BudgetBreach? {
    breach(usage) { $0 > $1 }
  }

  /// The first limit of which nothing is left for a next call, so that it must not begin.
  package func isUsedUp(by usage: Usage) -> BudgetBreach? {
    breach(usage) { $0 >= $1 }
  }

  private func breach(_ usage: Usage, _ breaks: (Int64, Int64) -> Bool) -> BudgetBreach? {
    let checks: [(BudgetBreach.Limit, Int64?, Int64)] = [
      (.wallTime, wallMs, usage.wallMs), (.toolCalls, toolCalls, usage.toolCalls), (.tokens, tokens, usage.tokens),
      (.cost, costMicros, usage.costMicros),
    ]
    for case (let name, let limit?, let used) in checks where breaks(used, limit) {
      return BudgetBreach(limit: name, allowed: limit, used: used)
    }
    return nil
  }

  private func merged(with usage: Usage, _ body: (Int64?, Int64) -> Int64?) -> Budget {
    Budget(
      wallMs: body(wallMs, usage.wallMs), toolCalls: body(toolCalls, usage.toolCalls),
      tokens: body(tokens, usage.tokens), costMicros: body(costMicros, usage.costMicros))
  }
}

/// Which limit of a budget was met, for the error `budget_exceeded`.
package struct BudgetBreach: Error, Sendable, Hashable, CustomStringConvertible {
  package enum Limit: String, Sendable, Hashable, CaseIterable {
    case wallTime = "wallMs"
    case toolCalls
    case tokens
    case cost = "costUSD"
  }

  package var limit: Limit
  /// Milliseconds, calls, tokens or millionths of a dollar.
  package var allowed: Int64
  package var used: Int64

  package init(limit: Limit, allowed: Int64, used: Int64) {
    self.limit = limit
    self.allowed = allowed
    self.used = used
  }

  package var description: String {
    switch limit {
    case .wallTime: "it has run for \(used) ms of the \(allowed) ms that its budget allows"
    case .toolCalls: "it has made \(used) of the \(allowed) tool calls that its budget allows"
    case .tokens: "it has used \(used) of the \(allowed) tokens that its budget allows"
    case .cost: "it has spent \(Dollars.text(used)) of the \(Dollars.text(allowed)) that its budget allows"
    }
  }
}
