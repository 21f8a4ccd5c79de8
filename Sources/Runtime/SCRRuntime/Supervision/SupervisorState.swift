/// The rules of a supervisor as a value: takes what happened and gives what is to be done.
///
/// The rules are those of OTP's `supervisor`; where Swift cannot follow, docs/decisions/0008 says what is done instead.
/// Every event's actions are to be performed in order before the next event is given.
package struct SupervisorState: Sendable {
  package enum Timer: Sendable, Hashable {
    /// The pause before a child is started again.
    case restart(id: String, generation: Int)
    /// A child's time to stop.
    case stop(id: String, generation: Int)
    /// The pause before a group is started again.
    case group(Int)
  }

  /// Who told a child to stop.
  package enum StopCause: Sendable, Hashable {
    case supervisor
    /// Whoever waits for its value was cancelled.
    case caller
  }

  package enum Action: Sendable, Hashable {
    case start(id: String, generation: Int)
    /// Cancel, and tell of its end with ``ended(_:_:_:at:chance:)``.
    case cancel(generation: Int)
    /// Cancel; its result counts no longer, but its end is still to be told.
    case fence(generation: Int)
    /// Even a pause of no length must let waiting events go first, so that a shutdown overtakes a restart.
    case setTimer(Timer, Duration)
    case dropTimer(Timer)
    case report(ExitReport)
    /// It is ready, and somebody waits for that.
    case started(id: String)
    case startFailed(id: String, ExitReason)
    /// It is gone or at rest: nobody will start it again unasked.
    case settled(id: String)
    case ended(SupervisorEnd)
  }

  enum Life: Sendable, Hashable {
    case running
    case stopping(SupervisorEnd)
    case ended(SupervisorEnd)
  }

  package let name: String
  package let flags: SupervisorFlags
  var children: [String: SupervisedChild] = [:]
  var stuckChildren: [Int: StuckChild] = [:]
  var life = Life.running
  var window: RestartWindow
  var work = OrderedWork()
  var alive = 0
  private var lastOrder = 0
  private var lastGeneration = 0

  package init(name: String, flags: SupervisorFlags = SupervisorFlags()) {
    self.name = name
    self.flags = flags
    window = RestartWindow(flags.intensity)
  }

  // MARK: What may be asked

  /// A new child, behind all others in the order of start.
  package mutating func start(_ spec: ChildSpec, at now: Timestamp) throws(SupervisorError) -> [Action] {
    try check(spec)
    lastOrder += 1
    var child = SupervisedChild(spec, order: lastOrder)
    child.isAwaited = spec.start == .whenReady
    children[spec.id] = child
    return bringUp(spec.id, at: now)
  }

  /// Stops a child for good. One that is neither temporary nor dynamic is kept and may be started again by hand.
  package mutating func terminate(
    _ id: String, by cause: StopCause = .supervisor, at now: Timestamp
  ) throws(SupervisorError) -> [Action] {
    guard let child = children[id] else { throw unknown(id) }
    let isForgotten = child.spec.restart == .temporary || flags.strategy == .dynamic || life != .running
    children[id]?.wish = isForgotten ? .gone : .rest
    switch child.phase {
    case .stopping: return []
    case .starting, .up:
      // Its turn comes by itself then.
      guard life == .running else { return [] }
      return tellToStop(id, by: cause, at: now) + carryOn(at: now)
    case .down:
      work.toStart.removeAll { $0 == id }
      return dropPause(child) + settle(id)
    }
  }

  /// Starts a child again that was stopped or has ended.
  package mutating func restart(_ id: String, at now: Timestamp) throws(SupervisorError) -> [Action] {
    var child = try checkAtRest(id)
    try checkOpen()
    child.wish = .run
    child.origin = .byHand
    child.isAwaited = child.spec.start == .whenReady
    children[id] = child
    return bringUp(id, at: now)
  }

  /// Forgets a child that was stopped or has ended.
  package mutating func delete(_ id: String) throws(SupervisorError) {
    _ = try checkAtRest(id)
    children[id] = nil
  }

  /// Stops all children and ends.
  package mutating func stop(at now: Timestamp) -> [Action] { life == .running ? wind(.stopped, at: now) : [] }

  // MARK: What happened

  package mutating func ready(_ id: String, _ generation: Int, at now: Timestamp) -> [Action] {
    guard let child = children[id], child.generation == generation, child.phase == .starting else { return [] }
    children[id]?.phase = .up
    children[id]?.origin = .restart
    if work.starting == id { work.starting = nil }
    return started(id) + carryOn(at: now)
  }

  /// - Parameter chance: 0…1, spreads restarts.
  package mutating func ended(
    _ id: String, _ generation: Int, _ reason: ExitReason, at now: Timestamp, chance: Double
  ) -> [Action] {
    stuckChildren[generation] = nil
    guard let child = children[id], child.generation == generation, child.phase.isAlive else { return [] }
    let isFault = reason.isAbnormal
    if case .stopping(let cause) = child.phase {
      let orderly = cause == .caller ? ExitReason.cancelled : .shutdown
      return stopped(id, isFault ? reason : orderly, isFault ? .shutdownError : .shutdown, at: now)
        + carryOn(at: now)
    }
    if child.mustStop { return stopped(id, reason, isFault ? .shutdownError : .shutdown, at: now) + carryOn(at: now) }
    return lost(id, reason, at: now, chance: chance)
  }

  /// A child gives no sign of life: it is fenced and counts as ended. One that is to stop already is left to its timer.
  package mutating func silent(
    _ finding: Watchdog.Finding, at now: Timestamp, chance: Double
  ) -> [Action] {
    guard let child = children[finding.id], child.generation == finding.generation,
      child.phase == .up || child.phase == .starting, !child.mustStop
    else { return [] }
    return abandon(finding.id, finding.cause, at: now) + lost(finding.id, .stuck, at: now, chance: chance)
  }

  package mutating func fired(_ timer: Timer, at now: Timestamp) -> [Action] {
    switch timer {
    case .stop(let id, let generation):
      guard let child = children[id], child.generation == generation, case .stopping = child.phase else { return [] }
      return abandon(id, .ignoredShutdown, at: now) + stopped(id, .stuck, .shutdownError, at: now) + carryOn(at: now)
    case .restart(let id, let generation):
      guard life == .running, let child = children[id], child.generation == generation, child.phase == .down,
        child.wish == .run
      else { return [] }
      if hasRoomForStuck { return launch(id, at: now) }
      let pause = max(child.spec.backoff.longest, Self.shortestWaitForStuck)
      children[id]?.pausedUntil = now + pause
      return [.setTimer(timer, pause)]
    case .group(let hold):
      guard work.hold == hold else { return [] }
      work.hold = nil
      return carryOn(at: now)
    }
  }

  // MARK: Starting

  /// How long a restart waits at least for a stuck child to end, when there are too many.
  static let shortestWaitForStuck: Duration = .seconds(1)
  var hasRoomForStuck: Bool { stuckChildren.count < flags.maxStuck }

  private mutating func bringUp(_ id: String, at now: Timestamp) -> [Action] {
    guard flags.strategy.takesOthersAlong else { return launch(id, at: now) }
    work.toStart = inOrder(work.toStart + [id])
    return carryOn(at: now)
  }

  mutating func launch(_ id: String, at now: Timestamp) -> [Action] {
    guard var child = children[id] else { return [] }
    lastGeneration += 1
    alive += 1
    child.generation = lastGeneration
    child.phase = child.spec.start == .atOnce ? .up : .starting
    if child.phase == .up { child.origin = .restart }
    child.startedAt = now
    child.pausedUntil = nil
    child.mustStop = false
    children[id] = child
    return [.start(id: id, generation: lastGeneration)]
  }

  mutating func started(_ id: String) -> [Action] {
    guard children[id]?.isAwaited == true else { return [] }
    children[id]?.isAwaited = false
    return [.started(id: id)]
  }

  mutating func startFailed(_ id: String, _ reason: ExitReason) -> [Action] {
    guard children[id]?.isAwaited == true else { return [] }
    children[id]?.isAwaited = false
    return [.startFailed(id: id, reason)]
  }
}
