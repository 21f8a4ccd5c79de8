/// What models cost, as the configuration says, each price from a day on. Pure.
package struct PriceTable: Sendable, Hashable {
  package struct Price: Sendable, Hashable {
    /// A pattern over `provider/model`, such as `*/gpt-5*`.
    package var models: String
    /// The first moment at which it counts.
    package var from: Timestamp
    /// Millionths of a US dollar per million tokens, which is dollars per token times 10¹².
    package var inputMicros: Int64
    package var outputMicros: Int64
    /// Of input that the provider had in its cache; nil for the price of other input.
    package var cachedMicros: Int64?
    package var cacheWriteMicros: Int64?

    package init(
      models: String, from: Timestamp, inputMicros: Int64, outputMicros: Int64, cachedMicros: Int64? = nil,
      cacheWriteMicros: Int64? = nil
    ) {
      self.models = models
      self.from = from
      self.inputMicros = inputMicros
      self.outputMicros = outputMicros
      self.cachedMicros = cachedMicros
      self.cacheWriteMicros = cacheWriteMicros
    }
  }

  private let prices: [Price]

  package init(_ prices: [Price] = []) { self.prices = prices }

  /// Of those that fit and have begun: the one with the longest pattern, of these the newest.
  package func price(provider: String, model: String, at now: Timestamp) -> Price? {
    let name = "\(provider)/\(model)"
    return prices.filter { $0.from <= now && Glob($0.models).matches(name) }
      .max { ($0.models.utf8.count, $0.from) < ($1.models.utf8.count, $1.from) }
  }

  /// Millionths of a dollar, rounded up; nil without a price.
  package func cost(_ usage: ModelUsage, provider: String, model: String, at now: Timestamp) -> Int64? {
    guard let price = price(provider: provider, model: model, at: now) else { return nil }
    let fresh = max(0, usage.inputTokens - usage.cachedTokens - usage.cacheWriteTokens)
    let parts: [(Int64, Int64)] = [
      (fresh, price.inputMicros), (usage.cachedTokens, price.cachedMicros ?? price.inputMicros),
      (usage.cacheWriteTokens, price.cacheWriteMicros ?? price.inputMicros), (usage.outputTokens, price.outputMicros),
    ]
    let total = parts.reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    return Int64(min(total / 1_000_000, 9e15).rounded(.up))
  }
}
