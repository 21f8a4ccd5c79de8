/// Which of the queued tasks to look at.
package struct ClaimQuery: Sendable, Hashable {
  /// Only tasks of this folder; nil takes those of every folder, which costs more the more are queued.
  package var workspaceRoot: String?
  /// Only tasks that come after this one, so that those that do not fit are passed once and hide no others.
  package var after: Place?
  package var limit: Int

  /// A task's place in the queue. The task must still be stored, in whatever state.
  package struct Place: Sendable, Hashable {
    package let priority: TaskPriority
    package let createdAt: Timestamp
    package let id: TaskID

    package init(of task: AgentTask) {
      priority = task.priority
      createdAt = task.createdAt
      id = task.id
    }
  }

  package init(workspaceRoot: String? = nil, after: Place? = nil, limit: Int) {
    self.workspaceRoot = workspaceRoot
    self.after = after
    self.limit = limit
  }
}

extension TaskStore {
  package func claimable(
    workspaceRoot: String? = nil, after: ClaimQuery.Place? = nil, limit: Int
  ) async throws(StoreError) -> [AgentTask] {
    try await claimable(ClaimQuery(workspaceRoot: workspaceRoot, after: after, limit: limit))
  }
}
