package import SCRProtocol

/// What was asked of which model for whom, and what it took. Pure.
package struct ModelLedger: Sendable, Hashable {
  package struct Key: Sendable, Hashable {
    /// `2026-11-24`, UTC, in accounts that outlive the process.
    package var day: String?
    package var taskID: TaskID?
    package var role: String
    package var provider: String
    package var model: String

    package init(
      day: String? = nil, taskID: TaskID? = nil, role: String = "", provider: String = "", model: String = ""
    ) {
      self.day = day
      self.taskID = taskID
      self.role = role
      self.provider = provider
      self.model = model
    }
  }

  package struct Row: Sendable, Hashable {
    package var calls = 0
    package var failures = 0
    /// Answers from our own cache: they take nothing.
    package var cached = 0
    package var usage = ModelUsage()

    package init() {}

    package static func += (left: inout Row, right: Row) {
      left.calls += right.calls
      left.failures += right.failures
      left.cached += right.cached
      left.usage += right.usage
    }
  }

  /// Rows that are kept. Beyond them what is new is counted without its task.
  package static let limit = 10_000
  package private(set) var rows: [Key: Row] = [:]

  package init() {}

  package mutating func add(_ key: Key, _ change: (inout Row) -> Void) {
    var key = key
    if rows[key] == nil, rows.count >= Self.limit {
      key.taskID = nil
    }
    change(&rows[key, default: Row()])
  }

  package var isEmpty: Bool { rows.isEmpty }

  /// All rows together.
  package var sum: Row { rows.values.reduce(into: Row()) { $0 += $1 } }

  /// The same with fewer distinctions: `key` makes those the same that are not to be told apart.
  package func grouped(_ key: (Key) -> Key) -> ModelLedger {
    rows.reduce(into: ModelLedger()) { ledger, row in ledger.add(key(row.key)) { $0 += row.value } }
  }

  /// By day, provider, model, role and task.
  package var sorted: [(key: Key, row: Row)] {
    rows.sorted { Self.order($0.key).lexicographicallyPrecedes(Self.order($1.key)) }.map { ($0.key, $0.value) }
  }

  /// Rows as ``sorted``: `{day?, provider?, model?, role?, taskId?, calls, failures, cached, usage}`; what is not told
  /// apart is left out.
  package var json: JSONValue {
    .array(
      sorted.map { key, row in
        var fields: JSONObject = [:]
        fields["day"] = key.day.map { .string($0) }
        for (name, text) in [("provider", key.provider), ("model", key.model), ("role", key.role)] where !text.isEmpty {
          fields[name] = .string(text)
        }
        fields["taskId"] = key.taskID.map { .string($0.text) }
        for field in row.json { fields[field.key] = field.value }
        return .object(fields)
      })
  }

  private static func order(_ key: Key) -> [String] {
    [key.day ?? "", key.provider, key.model, key.role, key.taskID?.text ?? ""]
  }
}

extension ModelLedger.Row {
  /// `{calls, failures, cached, usage}`.
  package var json: JSONObject {
    [
      "calls": JSONValue(calls), "failures": JSONValue(failures), "cached": JSONValue(cached), "usage": usage.json,
    ]
  }

  /// Nil for what ``json`` never gives.
  package init?(json: JSONValue) {
    guard let calls = json["calls"]?.integerValue, let usage = json["usage"].flatMap(ModelUsage.init(json:)) else {
      return nil
    }
    self.init()
    self.calls = Int(clamping: calls)
    failures = Int(clamping: json["failures"]?.integerValue ?? 0)
    cached = Int(clamping: json["cached"]?.integerValue ?? 0)
    self.usage = usage
  }
}
