/// Where a queued task waits: lanes take turns, and inside a lane the order is that of arrival.
///
/// Two names that Swift takes for the same text and the store does not cannot come up: see ``QueueName``.
package struct QueueLane: Sendable, Hashable {
  package var taskClass: String
  package var priority: TaskPriority
  package var fairnessKey: String

  package init(taskClass: String, priority: TaskPriority, fairnessKey: String) {
    self.taskClass = taskClass
    self.priority = priority
    self.fairnessKey = fairnessKey
  }

  package init(of task: AgentTask) {
    self.init(taskClass: task.taskClass, priority: task.priority, fairnessKey: task.fairnessKey)
  }
}

/// What waits in a lane.
package struct LaneSummary: Sendable, Hashable {
  package var lane: QueueLane
  package var count: Int
  /// The sum of ``AgentTask/size``.
  package var bytes: Int
  /// When its first task was created.
  package var oldest: Timestamp

  package init(lane: QueueLane, count: Int, bytes: Int, oldest: Timestamp) {
    self.lane = lane
    self.count = count
    self.bytes = bytes
    self.oldest = oldest
  }
}

/// What waits in a class at one priority, in all folders of the store.
package struct QueueTotal: Sendable, Hashable {
  package var taskClass: String
  package var priority: TaskPriority
  package var count: Int
  package var bytes: Int
  /// When the first of them was created.
  package var oldest: Timestamp

  package init(taskClass: String, priority: TaskPriority, count: Int, bytes: Int, oldest: Timestamp) {
    self.taskClass = taskClass
    self.priority = priority
    self.count = count
    self.bytes = bytes
    self.oldest = oldest
  }
}

extension QueueLane: Comparable {
  /// The store's own order: that of the bytes.
  package static func < (left: Self, right: Self) -> Bool {
    if left.taskClass != right.taskClass { return left.taskClass.utf8.lexicographicallyPrecedes(right.taskClass.utf8) }
    if left.priority != right.priority { return left.priority < right.priority }
    return left.fairnessKey.utf8.lexicographicallyPrecedes(right.fairnessKey.utf8)
  }
}

/// What has to be known of a queued task to choose it and to claim it.
package struct QueuedTask: Sendable, Hashable {
  package var id: TaskID
  /// Grows in the order of arrival, over all lanes.
  package var number: Int64
  package var createdAt: Timestamp
  package var size: Int
  package var serverNames: [String]
  package var serversDigest: String?
  package var epoch: Int64

  package init(
    id: TaskID, number: Int64, createdAt: Timestamp, size: Int, serverNames: [String], serversDigest: String?,
    epoch: Int64
  ) {
    self.id = id
    self.number = number
    self.createdAt = createdAt
    self.size = size
    self.serverNames = serverNames
    self.serversDigest = serversDigest
    self.epoch = epoch
  }
}

/// Which of the queued tasks of a folder to look at.
package struct ClaimQuery: Sendable, Hashable {
  package var workspaceRoot: String
  package var lane: QueueLane
  /// Only tasks with a greater ``QueuedTask/number``.
  package var after: Int64
  package var limit: Int

  package init(workspaceRoot: String, lane: QueueLane, after: Int64 = 0, limit: Int) {
    self.workspaceRoot = workspaceRoot
    self.lane = lane
    self.after = after
    self.limit = limit
  }
}
