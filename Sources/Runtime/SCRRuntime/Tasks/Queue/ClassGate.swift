/// Whether tasks of a class may begin: paused, drained, or at one of its limits.
package struct ClassGate: Sendable, Hashable {
  package enum Pause: Sendable, Hashable {
    case untilResumed
    case until(Timestamp)

    package var end: Timestamp? { if case .until(let end) = self { end } else { nil } }
    package func holds(at now: Timestamp) -> Bool { end.map { now < $0 } ?? true }
  }

  package var pause: Pause?
  /// What runs is brought to its end, nothing begins, and nothing more is taken in.
  package var drain: Pause?
  /// Tasks that may run at once; nil is no limit.
  package var limit: Int?
  package var rate: TokenBucket?
  package private(set) var running = 0

  package init(pause: Pause? = nil, drain: Pause? = nil, limit: Int? = nil, rate: TokenBucket? = nil) {
    self.pause = pause
    self.drain = drain
    self.limit = limit
    self.rate = rate
  }

  /// Why nothing of the class may begin; nil if it may.
  package func hold(now: Timestamp) -> QueueHold? {
    if let pause, pause.holds(at: now) { return .paused(until: pause.end) }
    if let drain, drain.holds(at: now) { return .draining(until: drain.end) }
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

  /// What is over is forgotten.
  mutating func settle(now: Timestamp) {
    if pause?.holds(at: now) == false { pause = nil }
    if drain?.holds(at: now) == false { drain = nil }
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
  case draining(until: Timestamp?)
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
    case .draining(let until): until
    case .rate(let until): until
    case .limit, .servers, .turn: nil
    }
  }
}
