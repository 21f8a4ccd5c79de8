import Synchronization

/// What all gateways share: breakers, the budget for extra requests, answers that are kept, and prices.
package final class ModelTraffic: Sendable {
  private struct State {
    var breakers: [String: CircuitBreaker] = [:]
    var budget: RetryBudget
    var cache: ModelCache
  }

  package let clock: any RuntimeClock
  private let prices: PriceTable
  private let rules: CircuitBreaker.Rules
  private let state: Mutex<State>
  /// From 0 to 1, for jitter.
  let random: @Sendable () -> Double

  package init(
    prices: PriceTable = PriceTable(), breaker: CircuitBreaker.Rules = CircuitBreaker.Rules(),
    budget: RetryBudget = RetryBudget(), cache: ModelCache = ModelCache(), clock: any RuntimeClock = SystemClock(),
    random: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
  ) {
    self.prices = prices
    self.rules = breaker
    self.clock = clock
    self.random = random
    state = Mutex(State(budget: budget, cache: cache))
  }

  package func breaker(of provider: String) -> CircuitBreaker {
    state.withLock { $0.breakers[provider] ?? CircuitBreaker(rules) }
  }

  /// - Throws: ``ModelError`` `circuit_open`.
  func admit(_ provider: String) throws(ModelError) {
    let now = clock.now()
    let admission = state.withLock { $0.breakers[provider, default: CircuitBreaker(rules)].admit(at: now) }
    guard case .refuse(let until) = admission else { return }
    throw ModelError(
      .circuitOpen, "\(provider) has failed too often and rests\(until.map { " until \($0)" } ?? "")",
      provider: provider, retryAfter: until.map { $0.since(now) })
  }

  func succeeded(_ provider: String) { state.withLock { $0.breakers[provider]?.succeeded() } }

  func failed(_ provider: String, _ error: ModelError) {
    let now = clock.now()
    state.withLock { $0.breakers[provider, default: CircuitBreaker(rules)].failed(error, at: now) }
  }

  func abandoned(_ provider: String) {
    let now = clock.now()
    state.withLock { $0.breakers[provider]?.abandoned(at: now) }
  }

  /// - Returns: false if no further extra request may be made for now.
  func spendRetry() -> Bool {
    let now = clock.now()
    return state.withLock { $0.budget.spend(at: now) }
  }

  func cached(_ key: String) -> ModelResponse? {
    let now = clock.now()
    return state.withLock { $0.cache.response(key, at: now) }
  }

  func keep(_ response: ModelResponse, for key: String) {
    let now = clock.now()
    state.withLock { $0.cache.keep(response, for: key, at: now) }
  }

  func priced(_ usage: ModelUsage, provider: String, model: String) -> ModelUsage {
    var usage = usage
    usage.costMicros = prices.cost(usage, provider: provider, model: model, at: clock.now())
    return usage
  }
}
