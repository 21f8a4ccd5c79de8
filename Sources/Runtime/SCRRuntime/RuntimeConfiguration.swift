/// What a runtime needs to know of where and how it works.
package struct RuntimeConfiguration: Sendable {
  /// The absolute folder that tasks of this runtime belong to.
  package var workspaceRoot: String
  /// Digest of the definitions of the named tool servers: a task runs only where it is the same as at its submission.
  package var serversDigest: @Sendable (Set<String>) -> String
  package var maxConcurrentTasks: Int
  /// Steps of one task that run at once.
  package var maxParallelSteps: Int
  /// Tasks that may wait in the queue; a submission above it gets `queue_full`.
  package var maxQueuedTasks: Int
  package var lease: Duration
  /// How long a submission waits for the tool servers that its plan names.
  package var serverPatience: Duration
  /// How long ``CognitiveRuntime/shutDown()`` waits for running steps before it leaves them to the next start.
  package var shutdownGrace: Duration
  /// How long an attempt that was told to stop may take to do so before it is left behind.
  package var cancelGrace: Duration

  package init(
    workspaceRoot: String, serversDigest: @escaping @Sendable (Set<String>) -> String = { _ in "" },
    maxConcurrentTasks: Int = 16, maxParallelSteps: Int = 8, maxQueuedTasks: Int = 1_000_000,
    lease: Duration = .seconds(30), serverPatience: Duration = .seconds(10), shutdownGrace: Duration = .seconds(1),
    cancelGrace: Duration = .seconds(2)
  ) {
    self.workspaceRoot = workspaceRoot
    self.serversDigest = serversDigest
    self.maxConcurrentTasks = maxConcurrentTasks
    self.maxParallelSteps = maxParallelSteps
    self.maxQueuedTasks = maxQueuedTasks
    self.lease = lease
    self.serverPatience = serverPatience
    self.shutdownGrace = shutdownGrace
    self.cancelGrace = cancelGrace
  }
}
