/// What a supervisor knows of one child.
struct SupervisedChild: Sendable {
  enum Phase: Hashable {
    /// Not there: before its start, in a pause, or stopped.
    case down
    case starting
    case up
    case stopping(SupervisorState.StopCause)

    var isAlive: Bool { self != .down }
  }

  enum Wish: Hashable {
    case run
    /// To be stopped and kept.
    case rest
    /// To be stopped and forgotten.
    case gone
  }

  /// What a failure of the present start means.
  enum Origin {
    /// It was never there.
    case new
    case byHand
    /// The supervisor tries again.
    case restart
  }

  let spec: ChildSpec
  let order: Int
  var phase = Phase.down
  var wish = Wish.run
  var origin = Origin.new
  var generation = 0
  var startedAt: Timestamp?
  /// The end of the pause before its restart; for views only.
  var pausedUntil: Timestamp?
  /// A sibling takes it along, or the supervisor stops: its turn to be stopped comes.
  var mustStop = false
  /// Somebody waits for it to be ready.
  var isAwaited = false
  var pauses: RestartPauses
  var history = RestartHistory()

  init(_ spec: ChildSpec, order: Int) {
    self.spec = spec
    self.order = order
    pauses = RestartPauses(spec.backoff)
  }

  func needsRestart(after reason: ExitReason) -> Bool {
    switch spec.restart {
    case .permanent: true
    case .transient: reason.isAbnormal
    case .temporary: false
    }
  }
}

/// What a supervisor has to do in order: stop from the youngest to the oldest, then start from the oldest to the youngest.
struct OrderedWork: Sendable {
  /// In the order of start; the last one is stopped next.
  var toStop: [String] = []
  var stopping: String?
  /// In the order of start; the first one is started next.
  var toStart: [String] = []
  /// Has been started and is not ready yet.
  var starting: String?
  /// The pause before the starts.
  var hold: Int?
  var holdLength: Duration = .zero
  var lastHold = 0
}
