/// When something is not well any more, and what the runtime cannot know by itself.
package struct HealthRules: Sendable {
  /// From one look at the agents to the next; nil: nobody looks, and nobody is replaced for being stuck.
  package var checkEvery: Duration?
  /// An agent that is at work and does not get on for longer is stuck.
  package var agentStandstill: Duration
  /// What a call may take beyond its own time before its attempt is given up as stuck.
  package var attemptMargin: Duration
  /// With fewer free bytes beside the store the runtime is not well.
  package var lowDisk: Int64
  /// Bytes that may still be written where the store is; nil where that is not known. Called now and then, must be quick.
  package var freeDisk: @Sendable () -> Int64?
  /// This process, for those who look at what it left in the store.
  package var processID: Int32?

  package init(
    checkEvery: Duration? = nil, agentStandstill: Duration = .seconds(60), attemptMargin: Duration = .seconds(10),
    lowDisk: Int64 = 100 << 20, freeDisk: @escaping @Sendable () -> Int64? = { nil }, processID: Int32? = nil
  ) {
    self.checkEvery = checkEvery
    self.agentStandstill = agentStandstill
    self.attemptMargin = attemptMargin
    self.lowDisk = lowDisk
    self.freeDisk = freeDisk
    self.processID = processID
  }
}
