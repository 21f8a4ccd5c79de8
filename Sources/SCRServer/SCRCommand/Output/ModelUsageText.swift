import SCRProtocol
import SCRRuntime

/// What models took, in words for people.
enum ModelUsageText {
  static func text(_ ledger: ModelLedger, since first: String) -> String {
    if ledger.isEmpty { return "no model was asked since \(first)" }
    var table = TextTable("FOR", "CALLS", "FAILED", "CACHED", "TOKENS IN", "TOKENS OUT", "COST")
    for (key, row) in ledger.sorted { add(name(key), row, to: &table) }
    if ledger.rows.count > 1 { add("all", ledger.sum, to: &table) }
    return table.text
  }

  private static func add(_ name: String, _ row: ModelLedger.Row, to table: inout TextTable) {
    table.add(
      name, "\(row.calls)", "\(row.failures)", "\(row.cached)", "\(row.usage.inputTokens)", "\(row.usage.outputTokens)",
      cost(row.usage))
  }

  /// `$0.0012`, or `-` where no price is known.
  static func cost(_ usage: ModelUsage) -> String {
    usage.costMicros.map { "$\(Dollars.json($0).jsonText)" } ?? "-"
  }

  private static func name(_ key: ModelLedger.Key) -> String {
    let model = [key.provider, key.model].filter { !$0.isEmpty }.joined(separator: "/")
    let parts = [key.day ?? "", model, key.role, key.taskID?.text ?? ""].filter { !$0.isEmpty }
    return parts.isEmpty ? "chats and removed tasks" : parts.joined(separator: "  ")
  }
}
