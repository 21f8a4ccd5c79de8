package import SCRProtocol
package import SCRRuntime

/// The accounts of models over some days, with as many distinctions as are asked for.
package struct ModelUsageReport: Sendable, Hashable {
  /// The first and the last day that counts: `2026-11-24`, UTC.
  package let first: String
  package let last: String
  private let distinctions: Set<String>

  /// - Parameters:
  ///   - days: today included.
  ///   - by: of ``ModelUsageParams/distinctions``; nil for provider and model.
  package init(days: Int, by: [String]?, now: Timestamp) {
    first = (now - .seconds(86_400 * max(0, days - 1))).day
    last = now.day
    distinctions = Set(by ?? ["provider", "model"])
  }

  /// With the distinctions that are wanted, and no others.
  package func grouped(_ ledger: ModelLedger) -> ModelLedger {
    ledger.grouped { [distinctions] key in
      ModelLedger.Key(
        day: distinctions.contains("day") ? key.day : nil, taskID: distinctions.contains("task") ? key.taskID : nil,
        role: distinctions.contains("role") ? key.role : "",
        provider: distinctions.contains("provider") ? key.provider : "",
        model: distinctions.contains("model") ? key.model : "")
    }
  }

  /// `{since, until, rows: [{day?, taskId?, role?, provider?, model?, calls, failures, cached, usage}], total: {calls, …}}`.
  package func json(_ ledger: ModelLedger) -> JSONValue {
    ["since": .string(first), "until": .string(last), "rows": grouped(ledger).json, "total": .object(ledger.sum.json)]
  }
}
