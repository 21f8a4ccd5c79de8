/// A supervisor or a child at one moment, with all below it; for those who look at health.
package struct SupervisionTree: Sendable, Hashable {
  package enum State: Sendable, Hashable {
    case starting
    case running
    case restarting(until: Timestamp)
    case stopping
    /// It ended, or was stopped, and may be started again by hand.
    case stopped
    /// It is fenced and still runs; another may run under its id.
    case stuck(StuckChild.Cause)
  }

  package var id: String
  package var label: String?
  package var kind: ChildKind
  package var state: State
  package var startedAt: Timestamp?
  /// All restarts so far; ``history`` has the newest ``RestartHistory/limit``.
  package var restarts = 0
  package var history: [RestartHistory.Entry] = []
  /// Of a supervisor: restarts that are left before it gives up; nil: without a limit, or no supervisor.
  package var headroom: Int?
  package var strategy: RestartStrategy?
  /// The newest look of the watchdog that found a sign of life.
  package var lastBeat: Timestamp?
  /// In the order of their start; after them those that are stuck.
  package var children: [SupervisionTree] = []

  package init(id: String, label: String? = nil, kind: ChildKind, state: State, startedAt: Timestamp? = nil) {
    self.id = id
    self.label = label
    self.kind = kind
    self.state = state
    self.startedAt = startedAt
  }
}

/// OTP's `count_children`, and those that are stuck.
package struct ChildCounts: Sendable, Hashable {
  package var specs = 0
  /// Those that run now.
  package var active = 0
  package var supervisors = 0
  package var workers = 0
  package var stuck = 0

  package init(specs: Int = 0, active: Int = 0, supervisors: Int = 0, workers: Int = 0, stuck: Int = 0) {
    self.specs = specs
    self.active = active
    self.supervisors = supervisors
    self.workers = workers
    self.stuck = stuck
  }
}
