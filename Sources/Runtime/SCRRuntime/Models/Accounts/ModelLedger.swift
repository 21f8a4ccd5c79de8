package import SCRProtocol

/// What was asked of which model for whom, and what it took. Pure.
package struct ModelLedger: Sendable {
  package struct Key: Sendable, Hashable {
    package var taskID: TaskID?
    package var role: String
    package var agent: String?
    package var provider: String
    package var model: String

    package init(_ purpose: ModelPurpose, provider: String, model: String) {
      taskID = purpose.taskID
      role = purpose.role
      agent = purpose.agent
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
  }

  /// Rows that are kept. Beyond them what is new is counted without its task.
  package static let limit = 10_000
  package private(set) var rows: [Key: Row] = [:]

  package init() {}

  package mutating func add(_ key: Key, _ change: (inout Row) -> Void) {
    var key = key
    if rows[key] == nil, rows.count >= Self.limit {
      key.taskID = nil
      key.agent = nil
    }
    change(&rows[key, default: Row()])
  }

  /// All that was used for a task.
  package func total(of task: TaskID) -> ModelUsage {
    rows.reduce(ModelUsage()) { $1.key.taskID == task ? $0 + $1.value.usage : $0 }
  }

  /// The rows of a task that has ended are nobody's business any more.
  package mutating func forget(_ task: TaskID) { rows = rows.filter { $0.key.taskID != task } }

  /// Rows by provider, model, role and task: `{provider, model, role, agent?, taskId?, calls, failures, cached, usage}`.
  package var json: JSONValue {
    let order = rows.sorted { Self.order($0.key) < Self.order($1.key) }
    return .array(
      order.map { key, row in
        var fields: JSONObject = [
          "provider": .string(key.provider), "model": .string(key.model), "role": .string(key.role),
        ]
        fields["agent"] = key.agent.map { .string($0) }
        fields["taskId"] = key.taskID.map { .string($0.text) }
        fields["calls"] = JSONValue(row.calls)
        fields["failures"] = JSONValue(row.failures)
        fields["cached"] = JSONValue(row.cached)
        fields["usage"] = row.usage.json
        return .object(fields)
      })
  }

  private static func order(_ key: Key) -> (String, String, String, String, String) {
    (key.provider, key.model, key.role, key.agent ?? "", key.taskID?.text ?? "")
  }
}
