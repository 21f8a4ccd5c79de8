extension SupervisorState {
  /// A child ended that was not to stop, or did not become ready.
  mutating func lost(_ id: String, _ reason: ExitReason, at now: Timestamp, chance: Double) -> [Action] {
    guard let child = children[id] else { return [] }
    let actions = bringDown(id)
    // Who ends in order before it is ready has nothing to do (OTP's `ignore`).
    guard child.phase == .starting else {
      return actions + exited(child, .childTerminated, reason, at: now, chance: chance)
    }
    if reason == .normal {
      let consequence = letGo(child)
      return actions + [.report(report(child, .childTerminated, .normal, consequence))] + started(id) + settle(id)
        + carryOn(at: now)
    }
    switch child.origin {
    case .restart: return actions + again(child, .startError, reason, at: now, chance: chance)
    case .new, .byHand:
      let isNew = child.origin == .new
      children[id]?.wish = isNew ? .gone : .rest
      return actions + [.report(report(child, .startError, reason, isNew ? .removed : .stopped))]
        + startFailed(id, reason) + settle(id) + carryOn(at: now)
    }
  }

  private mutating func exited(
    _ child: SupervisedChild, _ context: ExitReport.Context, _ reason: ExitReason, at now: Timestamp, chance: Double
  ) -> [Action] {
    if child.needsRestart(after: reason) { return again(child, context, reason, at: now, chance: chance) }
    let consequence = letGo(child)
    if shutsDown(with: child) {
      return [.report(report(child, context, reason, .autoShutdown))] + wind(.autoShutdown, at: now)
    }
    return [.report(report(child, context, reason, consequence))] + settle(child.spec.id)
  }

  private mutating func letGo(_ child: SupervisedChild) -> ExitReport.Consequence {
    let isForgotten = child.spec.restart == .temporary || flags.strategy == .dynamic
    children[child.spec.id]?.wish = isForgotten ? .gone : .rest
    return isForgotten ? .removed : .stopped
  }

  private func shutsDown(with child: SupervisedChild) -> Bool {
    guard child.spec.isSignificant else { return false }
    switch flags.autoShutdown {
    case .never: return false
    case .anySignificant: return true
    case .allSignificant:
      return !children.values.contains {
        $0.spec.isSignificant && $0.spec.id != child.spec.id && ($0.phase.isAlive || $0.wish == .run)
      }
    }
  }

  /// One restart of the child, unless it is one too many.
  private mutating func again(
    _ child: SupervisedChild, _ context: ExitReport.Context, _ reason: ExitReason, at now: Timestamp, chance: Double
  ) -> [Action] {
    let id = child.spec.id
    guard window.add(at: now) else {
      return [.report(report(child, context, reason, .gaveUp))] + wind(.gaveUp, at: now)
    }
    let pause =
      children[id]?.pauses.next(after: now.since(child.startedAt ?? now), chance: chance) ?? .zero
    children[id]?.history.add(reason, at: now)
    children[id]?.origin = .restart
    children[id]?.wish = .run
    children[id]?.pausedUntil = now + pause
    let told = Action.report(report(child, context, reason, .restarting(after: pause)))
    guard flags.strategy.takesOthersAlong else {
      return [told, .setTimer(.restart(id: id, generation: child.generation), pause)]
    }
    return [told] + takeAlong(child, after: pause, at: now)
  }

  private mutating func takeAlong(
    _ child: SupervisedChild, after pause: Duration, at now: Timestamp
  ) -> [Action] {
    var actions: [Action] = []
    for other in children.values.sorted(by: { $0.order < $1.order }) {
      let id = other.spec.id
      guard id != child.spec.id, flags.strategy == .oneForAll || other.order > child.order else { continue }
      // Who is being stopped for good is not wanted back by it.
      if case .stopping = other.phase, other.wish != .run { continue }
      if other.phase == .down, other.wish == .rest { children[id]?.origin = .restart }
      children[id]?.wish = other.spec.restart == .temporary ? .gone : .run
      if other.phase.isAlive {
        children[id]?.mustStop = true
        if work.starting == id { work.starting = nil }
      } else if other.spec.restart == .temporary {
        actions += settle(id)
      }
    }
    work.toStop = inOrder(children.values.filter(\.mustStop).map(\.spec.id))
    let affected = children.values.filter {
      $0.wish == .run && (flags.strategy == .oneForAll || $0.order >= child.order)
    }
    work.toStart = inOrder(Array(Set(work.toStart + affected.map(\.spec.id))))
    return actions + hold(for: pause, at: now) + carryOn(at: now)
  }

  /// No start before the pause is over.
  mutating func hold(for pause: Duration, at now: Timestamp) -> [Action] {
    let earlier = work.hold.map { [Action.dropTimer(.group($0))] } ?? []
    work.lastHold += 1
    work.hold = work.lastHold
    work.holdLength = pause
    for id in work.toStart { children[id]?.pausedUntil = now + pause }
    return earlier + [.setTimer(.group(work.lastHold), pause)]
  }
}
