extension SupervisorState {
  /// In the order of start.
  package var childIDs: [String] { inOrder(Array(children.keys)) }

  package var counts: ChildCounts {
    var counts = ChildCounts(specs: children.count, active: alive, stuck: stuckChildren.count)
    counts.supervisors = children.values.count { $0.spec.kind == .supervisor }
    counts.workers = counts.specs - counts.supervisors
    return counts
  }

  /// Those that are fenced and still run, the oldest first. At most ``SupervisorFlags/maxStuck`` and those that became
  /// stuck after that bound was reached, which are no more than there were children.
  package var stuck: [StuckChild] { stuckChildren.values.sorted { $0.generation < $1.generation } }

  package func headroom(at now: Timestamp) -> Int? { window.headroom(at: now) }

  /// The children as they are, then those that are stuck.
  package var views: [SupervisionTree] {
    let living = children.values.sorted { $0.order < $1.order }.map { child in
      var view = SupervisionTree(
        id: child.spec.id, label: child.spec.label, kind: child.spec.kind, state: Self.state(of: child),
        startedAt: child.startedAt)
      view.restarts = child.history.count
      view.history = child.history.entries
      return view
    }
    return living
      + stuck.map { SupervisionTree(id: $0.id, kind: .worker, state: .stuck($0.cause), startedAt: $0.since) }
  }

  package var state: SupervisionTree.State {
    switch life {
    case .running: .running
    case .stopping: .stopping
    case .ended: .stopped
    }
  }

  private static func state(of child: SupervisedChild) -> SupervisionTree.State {
    switch child.phase {
    case .starting: .starting
    case .up: .running
    case .stopping: .stopping
    case .down: child.wish == .run ? child.pausedUntil.map { .restarting(until: $0) } ?? .starting : .stopped
    }
  }

  func inOrder(_ ids: [String]) -> [String] {
    ids.compactMap { id in children[id].map { (id, $0.order) } }.sorted { $0.1 < $1.1 }.map(\.0)
  }

  func report(
    _ child: SupervisedChild, _ context: ExitReport.Context, _ reason: ExitReason,
    _ consequence: ExitReport.Consequence
  ) -> ExitReport {
    ExitReport(
      supervisor: name, context: context, reason: reason,
      offender: ExitReport.Offender(
        id: child.spec.id, kind: child.spec.kind, restart: child.spec.restart,
        startedAt: child.startedAt ?? Timestamp(milliseconds: 0), restarts: child.history.count),
      consequence: consequence)
  }
}

extension SupervisorState {
  /// Whether the child runs or is to run; somebody who waits for its rest has to wait.
  func isActive(_ id: String) -> Bool {
    guard let child = children[id] else { return false }
    return child.phase.isAlive || child.wish == .run
  }
}
