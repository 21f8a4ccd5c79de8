package import SCRProtocol

/// What happens while a model answers. `started` comes first and once, `finished` last and once.
package enum ModelEvent: Sendable, Hashable {
  case started(ModelStart)
  case text(String)
  /// A piece of what the model thinks, for watchers.
  case reasoning(String)
  /// A whole block of thinking, for the transcript.
  case reasoned(ModelReasoning)
  /// `call` tells the calls of one answer apart, which may come interleaved.
  case toolCallStarted(call: Int, id: String, name: String)
  case toolCallArguments(call: Int, String)
  case toolCall(call: Int, ModelToolCall)
  /// All of the answer so far; a later one replaces it.
  case usage(ModelUsage)
  case finished(ModelFinish)
}

package struct ModelStart: Sendable, Hashable {
  /// Who answers: after a failover another than was asked.
  package var provider: String
  package var model: String
  /// The provider's name for this answer.
  package var id: String?
  package var isScripted: Bool
  /// Made by a stand-in under `fail_open`. Never cached, and shown to whoever reads the result.
  package var isDegraded: Bool
  package var isCached: Bool

  package init(
    provider: String, model: String, id: String? = nil, isScripted: Bool = false, isDegraded: Bool = false,
    isCached: Bool = false
  ) {
    self.provider = provider
    self.model = model
    self.id = id
    self.isScripted = isScripted
    self.isDegraded = isDegraded
    self.isCached = isCached
  }
}

/// Why an answer ended.
package enum ModelFinish: String, Sendable, Hashable, CaseIterable {
  case stop
  /// The limit of output tokens, or of the context: the text may break off anywhere.
  case length
  case toolCalls
  /// The model declined.
  case refusal
  /// The provider's filter stepped in.
  case contentFilter
}

/// Tokens of one answer, as the provider counted them.
package struct ModelUsage: Sendable, Hashable {
  /// All of the prompt, with what came from the provider's cache.
  package var inputTokens: Int64
  /// All that was made, with what was only thought.
  package var outputTokens: Int64
  /// Of the input: read from the provider's cache.
  package var cachedTokens: Int64
  /// Of the input: written to the provider's cache.
  package var cacheWriteTokens: Int64
  /// Of the output: thinking.
  package var reasoningTokens: Int64
  /// Millionths of a US dollar by the configured prices; nil where the model has none.
  package var costMicros: Int64?

  package init(
    inputTokens: Int64 = 0, outputTokens: Int64 = 0, cachedTokens: Int64 = 0, cacheWriteTokens: Int64 = 0,
    reasoningTokens: Int64 = 0, costMicros: Int64? = nil
  ) {
    self.inputTokens = inputTokens
    self.outputTokens = outputTokens
    self.cachedTokens = cachedTokens
    self.cacheWriteTokens = cacheWriteTokens
    self.reasoningTokens = reasoningTokens
    self.costMicros = costMicros
  }

  package var totalTokens: Int64 { Usage.sum(inputTokens, outputTokens) }

  /// What a task's budget is charged.
  package var charge: Usage { Usage(tokens: totalTokens, costMicros: costMicros ?? 0) }

  package static func + (left: Self, right: Self) -> Self {
    ModelUsage(
      inputTokens: Usage.sum(left.inputTokens, right.inputTokens),
      outputTokens: Usage.sum(left.outputTokens, right.outputTokens),
      cachedTokens: Usage.sum(left.cachedTokens, right.cachedTokens),
      cacheWriteTokens: Usage.sum(left.cacheWriteTokens, right.cacheWriteTokens),
      reasoningTokens: Usage.sum(left.reasoningTokens, right.reasoningTokens),
      costMicros: left.costMicros.map { Usage.sum($0, right.costMicros ?? 0) } ?? right.costMicros)
  }

  package static func += (left: inout Self, right: Self) { left = left + right }
}

extension ModelUsage {
  /// `{inputTokens, outputTokens, cachedTokens?, cacheWriteTokens?, reasoningTokens?, costUSD?}`.
  package var json: JSONValue {
    var fields: JSONObject = ["inputTokens": .integer(inputTokens), "outputTokens": .integer(outputTokens)]
    if cachedTokens > 0 { fields["cachedTokens"] = .integer(cachedTokens) }
    if cacheWriteTokens > 0 { fields["cacheWriteTokens"] = .integer(cacheWriteTokens) }
    if reasoningTokens > 0 { fields["reasoningTokens"] = .integer(reasoningTokens) }
    fields["costUSD"] = costMicros.map(Dollars.json)
    return .object(fields)
  }

  /// Nil for what ``json`` never gives.
  package init?(json: JSONValue) {
    guard let input = json["inputTokens"]?.integerValue, let output = json["outputTokens"]?.integerValue else {
      return nil
    }
    self.init(
      inputTokens: input, outputTokens: output, cachedTokens: json["cachedTokens"]?.integerValue ?? 0,
      cacheWriteTokens: json["cacheWriteTokens"]?.integerValue ?? 0,
      reasoningTokens: json["reasoningTokens"]?.integerValue ?? 0,
      costMicros: json["costUSD"].flatMap(Dollars.micros))
  }
}
