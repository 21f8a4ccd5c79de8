extension Supervisor {
  /// In the order of start.
  package var childIDs: [String] { state.childIDs }

  package var counts: ChildCounts { state.counts }

  /// Children that could not be stopped and still run.
  package var stuck: [StuckChild] { state.stuck }

  /// Whether another child could be started now.
  package var hasRoom: Bool {
    state.life == .running && state.children.count < flags.maxChildren && state.hasRoomForStuck
  }

  /// Restarts that are left before the supervisor gives up; nil: without a limit.
  package var headroom: Int? { state.headroom(at: clock.now()) }

  /// Watches the present life of a child.
  ///
  /// - Returns: nil if the child is not there or not running.
  package func monitor(_ id: String) -> ChildMonitor? {
    guard state.children[id]?.phase.isAlive == true else { return nil }
    let monitor = ChildMonitor(child: id)
    add(monitor)
    return monitor
  }

  /// A fault is told with what was last seen of the child.
  func withEvidence(_ report: ExitReport) -> ExitReport {
    guard report.reason.isAbnormal else { return report }
    var report = report
    report.lastBeat = watchdog.lastBeat(ofChild: report.offender.id)
    if report.reason == .stuck {
      report.stuckCause = state.stuck.last { $0.id == report.offender.id }?.cause
    }
    return report
  }

  /// Takes children that are silent or stand still (``HeartbeatRule``) for stuck and replaces them. To be called from
  /// time to time; a child is found by the third look at the earliest.
  ///
  /// - Returns: those that were found.
  @discardableResult
  package func check(standstill: Duration? = nil) -> [Watchdog.Finding] {
    let now = clock.now()
    let readings = state.children.values.compactMap { child -> Watchdog.Reading? in
      guard child.spec.heartbeat.isWatched, child.phase.isAlive, let context = context(of: child.generation) else {
        return nil
      }
      var rule = child.spec.heartbeat
      if let standstill, rule.standstill != nil { rule.standstill = standstill }
      return Watchdog.Reading(
        id: child.spec.id, generation: child.generation, signs: context.signs, rule: rule)
    }
    let found = watchdog.look(readings, at: now).sorted { $0.generation < $1.generation }
    for finding in found { perform(state.silent(finding, at: now, chance: .random(in: 0...1))) }
    return found
  }

  /// This supervisor with all below it. What stands in a nested supervisor is asked for after its parent's part, so the
  /// parts may be some microseconds apart.
  package func tree() async -> SupervisionTree {
    var tree = SupervisionTree(id: name, kind: .supervisor, state: state.state)
    tree.strategy = flags.strategy
    tree.headroom = headroom
    tree.children = state.views
    var nested: [(place: Int, supervisor: Supervisor)] = []
    for (place, id) in childIDs.enumerated() {
      guard let child = state.children[id] else { continue }
      tree.children[place].lastBeat = watchdog.lastBeat(of: child.generation)
      if let supervisor = context(of: child.generation)?.supervisor { nested.append((place, supervisor)) }
    }
    for (place, supervisor) in nested {
      let inner = await supervisor.tree()
      tree.children[place].children = inner.children
      tree.children[place].headroom = inner.headroom
      tree.children[place].strategy = inner.strategy
    }
    return tree
  }
}
