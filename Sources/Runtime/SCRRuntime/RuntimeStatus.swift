/// The runtime at one moment, for `status` and `scr doctor`.
package struct RuntimeStatus: Sendable, Hashable {
  package var incarnation: Incarnation
  package var startedAt: Timestamp
  package var durability: StoreDurability
  /// Why the store writes nothing more.
  package var writeFailure: String?
  package var taskCounts: [TaskState: Int]
  /// Tasks that this process works on now.
  package var runningTasks: Int
  package var maxConcurrentTasks: Int
  package var toolCount: Int
  /// By server name.
  package var servers: [String: ToolServerStatus]

  package init(
    incarnation: Incarnation, startedAt: Timestamp, durability: StoreDurability, taskCounts: [TaskState: Int],
    runningTasks: Int, maxConcurrentTasks: Int, toolCount: Int, servers: [String: ToolServerStatus]
  ) {
    self.incarnation = incarnation
    self.startedAt = startedAt
    self.durability = durability
    self.taskCounts = taskCounts
    self.runningTasks = runningTasks
    self.maxConcurrentTasks = maxConcurrentTasks
    self.toolCount = toolCount
    self.servers = servers
  }
}
