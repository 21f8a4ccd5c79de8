/// Whom the end of one child takes along.
package enum RestartStrategy: String, Sendable, Hashable {
  /// Nobody.
  case oneForOne
  /// All: the others are stopped, then all are started again in order.
  case oneForAll
  /// Those that were started after it.
  case restForOne
  /// Nobody. Children come and go (OTP's `simple_one_for_one`): one that ended for good is forgotten, whatever its
  /// restart policy, and at the end all are stopped together.
  case dynamic

  var takesOthersAlong: Bool { self == .oneForAll || self == .restForOne }
}

/// Whether a supervisor ends by itself when significant children have ended and are not to be started again.
package enum AutoShutdown: String, Sendable, Hashable {
  case never
  case anySignificant
  /// With the last of them.
  case allSignificant
}

/// What holds for a supervisor as a whole.
package struct SupervisorFlags: Sendable, Hashable {
  package var strategy: RestartStrategy
  package var intensity: RestartIntensity
  package var autoShutdown: AutoShutdown
  /// Children at once, those that were stopped and may be started again included.
  package var maxChildren: Int
  /// While so many children that cannot be stopped still run, no child is started; restarts wait until one has ended.
  package var maxStuck: Int

  package init(
    strategy: RestartStrategy = .oneForOne, intensity: RestartIntensity = RestartIntensity(),
    autoShutdown: AutoShutdown = .never, maxChildren: Int = 1024, maxStuck: Int = 64
  ) {
    self.strategy = strategy
    self.intensity = intensity
    self.autoShutdown = autoShutdown
    self.maxChildren = maxChildren
    self.maxStuck = maxStuck
  }
}

/// How a supervisor came to its end.
package enum SupervisorEnd: String, Sendable, Hashable {
  /// Somebody asked for it.
  case stopped
  /// Its children ended more often than its intensity allows.
  case gaveUp
  case autoShutdown
}
