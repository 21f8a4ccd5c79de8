package import SCRProtocol

/// Who worked on a step, and with what: part of its value and of its task's provenance.
package struct AgentReport: Sendable, Hashable {
  package var kind: String
  package var turns = 0
  package var usage = ModelUsage()
  /// `provider/model` of those who answered, each once, in the order of their first answer.
  package var models: [String] = []
  /// How often each tool was called.
  package var calls: [String: Int] = [:]
  package var isScripted = false
  package var isDegraded = false
  /// The first of the models that was paid for, and of which nobody knows how much.
  package var unpriced: String?

  package init(kind: String) { self.kind = kind }

  mutating func answered(_ response: ModelResponse) {
    turns += 1
    usage += response.usage
    if let start = response.start {
      let name = "\(start.provider)/\(start.model)"
      if !models.contains(name) { models.append(name) }
      let isFree = start.isScripted || start.isCached || response.usage.totalTokens == 0
      if !isFree, response.usage.costMicros == nil { unpriced = unpriced ?? name }
    }
    if response.isScripted { isScripted = true }
    if response.isDegraded { isDegraded = true }
  }

  mutating func called(_ tool: String) { calls[tool, default: 0] += 1 }

  /// `{kind, turns, models, usage, calls?, scripted?, degraded?}`.
  package var json: JSONValue {
    var fields: JSONObject = [
      "kind": .string(kind), "turns": JSONValue(turns), "models": .array(models.map { .string($0) }),
      "usage": usage.json,
    ]
    if !calls.isEmpty {
      fields["calls"] = .object(
        JSONObject(calls.sorted { $0.key < $1.key }.map { JSONField(key: $0.key, value: JSONValue($0.value)) }))
    }
    if isScripted { fields["scripted"] = true }
    if isDegraded { fields["degraded"] = true }
    return .object(fields)
  }
}
