extension SupervisorState {
  mutating func tellToStop(_ id: String, by cause: StopCause, at now: Timestamp) -> [Action] {
    guard let child = children[id] else { return [] }
    children[id]?.phase = .stopping(cause)
    switch child.spec.shutdown {
    case .brutal:
      let reason = cause == .caller ? ExitReason.cancelled : .shutdown
      return abandon(id, .brutal, at: now) + stopped(id, reason, .shutdown, at: now)
    case .timeout(let limit):
      return [
        .cancel(generation: child.generation), .setTimer(.stop(id: id, generation: child.generation), limit),
      ]
    case .infinity: return [.cancel(generation: child.generation)]
    }
  }

  /// From now on nobody listens to this life of the child.
  mutating func abandon(_ id: String, _ cause: StuckChild.Cause, at now: Timestamp) -> [Action] {
    guard let child = children[id] else { return [] }
    stuckChildren[child.generation] = StuckChild(id: id, generation: child.generation, since: now, cause: cause)
    return [.fence(generation: child.generation)]
  }

  /// A child that was to stop has done so, or is no longer waited for.
  mutating func stopped(
    _ id: String, _ reason: ExitReason, _ context: ExitReport.Context, at now: Timestamp
  ) -> [Action] {
    guard let child = children[id] else { return [] }
    var actions = bringDown(id)
    if work.stopping == id { work.stopping = nil }
    let consequence: ExitReport.Consequence =
      switch child.wish {
      case .run: .restarting(after: work.holdLength)
      case .rest: .stopped
      case .gone: .removed
      }
    actions.append(.report(report(child, context, reason, consequence)))
    return child.wish == .run ? actions : actions + settle(id)
  }

  mutating func bringDown(_ id: String) -> [Action] {
    guard let child = children[id], child.phase.isAlive else { return [] }
    alive -= 1
    children[id]?.phase = .down
    children[id]?.mustStop = false
    if work.starting == id { work.starting = nil }
    guard case .stopping = child.phase, case .timeout = child.spec.shutdown else { return [] }
    return [.dropTimer(.stop(id: id, generation: child.generation))]
  }

  /// A child that is down stays so. Whoever waits for its start hears that it failed.
  mutating func settle(_ id: String) -> [Action] {
    let actions = startFailed(id, .shutdown) + [.settled(id: id)]
    children[id]?.pausedUntil = nil
    if children[id]?.wish == .gone { children[id] = nil }
    return actions
  }

  func dropPause(_ child: SupervisedChild) -> [Action] {
    guard !flags.strategy.takesOthersAlong, child.pausedUntil != nil else { return [] }
    return [.dropTimer(.restart(id: child.spec.id, generation: child.generation))]
  }

  /// Stops everything, the youngest first; dynamic children all at once.
  mutating func wind(_ end: SupervisorEnd, at now: Timestamp) -> [Action] {
    life = .stopping(end)
    var actions: [Action] = []
    if let hold = work.hold { actions.append(.dropTimer(.group(hold))) }
    work.hold = nil
    work.toStart = []
    for id in inOrder(Array(children.keys)) {
      guard let child = children[id] else { continue }
      children[id]?.wish = .gone
      if child.phase.isAlive { children[id]?.mustStop = true } else { actions += dropPause(child) + settle(id) }
    }
    let rest = inOrder(Array(children.keys))
    if flags.strategy == .dynamic {
      for id in rest {
        if case .stopping? = children[id]?.phase { continue }
        actions += tellToStop(id, by: .supervisor, at: now)
      }
    } else {
      work.toStop = rest
    }
    return actions + carryOn(at: now)
  }

  /// Goes on with what is to be done in order, as far as it can without waiting.
  mutating func carryOn(at now: Timestamp) -> [Action] {
    var actions: [Action] = []
    while work.stopping == nil, let id = work.toStop.popLast() {
      guard let child = children[id], child.phase.isAlive, child.mustStop else { continue }
      work.stopping = id
      if case .stopping = child.phase { continue }
      actions += tellToStop(id, by: .supervisor, at: now)
    }
    guard work.stopping == nil else { return actions }
    if case .stopping(let end) = life, alive == 0 {
      life = .ended(end)
      return actions + [.ended(end)]
    }
    guard life == .running else { return actions }
    while work.hold == nil, work.starting == nil, let id = work.toStart.first {
      guard hasRoomForStuck else { return actions + hold(for: Self.shortestWaitForStuck, at: now) }
      work.toStart.removeFirst()
      guard let child = children[id], child.phase == .down, child.wish == .run else { continue }
      actions += launch(id, at: now)
      if child.spec.start == .whenReady { work.starting = id }
    }
    return actions
  }
}
