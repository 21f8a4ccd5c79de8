import SCRProtocol

/// Everything that an explanation is made from, as it was read at one moment.
package struct TaskFacts: Sendable, Hashable {
  package var now: Timestamp
  package var task: AgentTask
  package var steps: [StepRecord] = []
  /// Documents of kind ``DocumentKind/wait`` that are open.
  package var waits: [StoreDocument] = []
  /// The tasks that its steps wait for.
  package var children: [TaskFacts] = []
  package var parent: AgentTask?
  /// Tasks of its lane that were accepted before it and are still queued.
  package var before: Int?
  /// Where it stands in the queue of the process that works it off; nil where that is not known.
  package var place: QueuePlace?
  /// Tasks of its lane.
  package var laneCount: Int?
  /// Of kind ``DocumentKind/queueControl``: those of the whole queue and of its class.
  package var controls: [StoreDocument] = []
  /// Tasks of its class that run.
  package var runningOfClass: Int?
  package var host: Host?

  package init(now: Timestamp, task: AgentTask) {
    self.now = now
    self.task = task
  }

  /// What is known of the process that works the store off.
  package struct Host: Sendable, Hashable {
    /// Whether there is such a process.
    package var isThere: Bool
    package var incarnation: Incarnation?
    package var workspaceRoot: String?
    /// The digest of the task's tool servers as they are configured now.
    package var serversDigest: String?
    /// By name; nil where it is not known.
    package var servers: [String: ToolServerStatus]?
    package var runningTasks: Int?
    package var maxConcurrentTasks: Int?

    package init(isThere: Bool) { self.isThere = isThere }
  }
}
