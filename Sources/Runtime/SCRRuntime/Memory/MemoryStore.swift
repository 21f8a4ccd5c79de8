package import SCRProtocol

/// What the runtime remembers beyond the queue: tasks, steps and results under their real ids (kind + id).
package protocol MemoryStore: Sendable {
  /// Inserts or replaces.
  func put(_ record: MemoryRecord) async throws(StoreError)
  func get(kind: String, id: String) async throws(StoreError) -> MemoryRecord?
  /// Newest first, at most `limit`.
  func list(kind: String, limit: Int) async throws(StoreError) -> [MemoryRecord]
  func close() async
}

package struct MemoryRecord: Sendable, Hashable {
  /// `task`, `step` (id `<task>/<step>`), `result`.
  package var kind: String
  package var id: String
  package var taskID: TaskID?
  package var value: JSONValue
  package var updatedAt: Timestamp

  package init(kind: String, id: String, taskID: TaskID? = nil, value: JSONValue, updatedAt: Timestamp) {
    self.kind = kind
    self.id = id
    self.taskID = taskID
    self.value = value
    self.updatedAt = updatedAt
  }
}
