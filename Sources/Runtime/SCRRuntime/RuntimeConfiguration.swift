import SCRProtocol

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
  /// The same in bytes of ``AgentTask/size``.
  package var maxQueuedBytes: Int
  /// How queued tasks take turns.
  package var queueRules = FairQueueRules()
  /// Bounds of classes; what operators set for a class goes before.
  package var queueClasses: [String: QueueLimits] = [:]
  package var lease: Duration
  /// How long a submission waits for the tool servers that its plan names.
  package var serverPatience: Duration
  /// How long ``CognitiveRuntime/shutDown()`` waits for running steps before it leaves them to the next start.
  package var shutdownGrace: Duration
  /// How long an attempt that was told to stop may take to do so before it is left behind.
  package var cancelGrace: Duration
  package var health: HealthRules
  /// What agents are bound by, and what they are told.
  package var agents = AgentRules()
  package var prompts = PromptLibrary.standard
  /// Agents and skills that files describe.
  package var definitions = AgentDefinitions()
  package var skills = SkillShelf()
  /// Gives agents what was recorded; nil for real work.
  package var player: CassettePlayer?
  /// What is removed of that which has ended.
  package var retention = Retention.forever
  package var memory = MemoryRules()
  /// Gives memory its vectors; without one it is searched by words alone.
  package var embedder: (any Embedder)?
  /// Looks up the time zones of schedules; by itself a runtime knows UTC alone.
  package var zones: TaskSchedule.Zones = { name in
    guard name == "UTC" else {
      throw RuntimeError(.invalidParams, "there is no time zone \"\(name.prefix(64))\" here", hint: "use UTC")
    }
    return FixedZone()
  }

  package init(
    workspaceRoot: String, serversDigest: @escaping @Sendable (Set<String>) -> String = { _ in "" },
    maxConcurrentTasks: Int = 16, maxParallelSteps: Int = 8, maxQueuedTasks: Int = 1_000_000,
    maxQueuedBytes: Int = 4 << 30, lease: Duration = .seconds(30), serverPatience: Duration = .seconds(10),
    shutdownGrace: Duration = .seconds(1), cancelGrace: Duration = .seconds(2), health: HealthRules = HealthRules()
  ) {
    self.workspaceRoot = workspaceRoot
    self.serversDigest = serversDigest
    self.maxConcurrentTasks = maxConcurrentTasks
    self.maxParallelSteps = maxParallelSteps
    self.maxQueuedTasks = maxQueuedTasks
    self.maxQueuedBytes = maxQueuedBytes
    self.lease = lease
    self.serverPatience = serverPatience
    self.shutdownGrace = shutdownGrace
    self.cancelGrace = cancelGrace
    self.health = health
  }

  var queueLimits: QueueLimits { QueueLimits(maxQueued: maxQueuedTasks, maxBytes: maxQueuedBytes) }
}
