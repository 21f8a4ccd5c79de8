/// Whether tasks of a class may begin: paused, drained, or at one of its limits.
package struct ClassGate: Sendable, Hashable {
  package enum Pause: Sendable, Hashable {
    case untilResumed
    case until(Timestamp)
  }

  package var pause: Pause?
  /// What runs is brought to its end and nothing begins.
  package var isDraining = false
  /// Tasks that may run at once; nil is no limit.
  package var limit: Int?
  package var rate: TokenBucket?
  package private(set) var running = 0

  package init(pause: Pause? = nil, isDraining: Bool = false, limit: Int? = nil, rate: TokenBucket? = nil) {
    self.pause = pause
    self.isDraining = isDraining
    self.limit = limit
    self.rate = rate
  }

  package var isDrained: Bool { isDraining && running == 0 }

  /// Why nothing of the class may begin; nil if it may.
  package func hold(now: Timestamp) -> QueueHold? {
    switch pause {
    case .untilResumed: return .paused(until: nil)
    case .until(let end) where now < end: return .paused(until: end)
    case .until, nil: break
    }
    if isDraining { return .draining }
    if let limit, running >= limit { return .limit(limit) }
    return rate?.nextAt(now: now).map { .rate(until: $0) }
  }

  /// A task begins, or is about to.
  mutating func begin(now: Timestamp) {
    running += 1
    _ = rate?.take(now: now)
  }

  /// A task goes on that had begun before: it takes a slot and costs no rate.
  mutating func goOn() { running += 1 }

  /// A pause that is over is forgotten.
  mutating func settle(now: Timestamp) {
    if case .until(let end) = pause, end <= now { pause = nil }
  }

  mutating func end() { running = max(0, running - 1) }

  /// A task that was about to begin did not.
  mutating func undo() {
    end()
    rate?.giveBack()
  }
}

/// Why a queued task does not run.
package enum QueueHold: Sendable, Hashable {
  /// Nil: until somebody resumes it.
  case paused(until: Timestamp?)
  case draining
  /// So many of its class run already.
  case limit(Int)
  case rate(until: Timestamp)
  /// These tool servers are not ready.
  case servers([String])
  /// Others come first: by priority, by their share, or by age.
  case turn

  /// When it ends by itself.
  package var until: Timestamp? {
    switch self {
    case .paused(let until): until
    case .rate(let until): until
    case .draining, .limit, .servers, .turn: nil
    }
  }
}
