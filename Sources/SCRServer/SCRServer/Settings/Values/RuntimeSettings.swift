package struct RuntimeSettings: Sendable, Hashable {
  package var maxConcurrentTasks = 8
  package var maxParallelSteps = 8
  package var leaseMs = 30_000
  package var cancelGraceMs = 2000

  static let settings: [Setting<RuntimeSettings>] = [
    Setting("maxConcurrentTasks", \.maxConcurrentTasks, .integer(1...1024), "Tasks that run at the same time."),
    Setting("maxParallelSteps", \.maxParallelSteps, .integer(1...1024), "Steps of one task that run at the same time."),
    Setting(
      "leaseMs", \.leaseMs, .integer(1000...3_600_000),
      "How long a claimed task stays with a runtime that no longer renews its claim.",
      needsRestart: true),
    Setting(
      "cancelGraceMs", \.cancelGraceMs, .integer(0...600_000),
      "How long a tool call that was cancelled may take to end before it is left behind."),
  ]
}
