/// Keeps requests from a provider that fails, and lets one through after a while to see whether it has recovered. Pure.
package struct CircuitBreaker: Sendable, Hashable {
  package enum State: Sendable, Hashable {
    case closed(failures: Int)
    case open(until: Timestamp)
    /// One request is on its way to find out.
    case probing
  }

  package enum Admission: Sendable, Hashable {
    case pass
    /// Nobody else is let through until it is known how this one ends.
    case probe
    case refuse(until: Timestamp?)
  }

  package struct Rules: Sendable, Hashable {
    /// Failures without a success between them.
    package var failures: Int
    package var cooldown: Duration

    package init(failures: Int = 5, cooldown: Duration = .seconds(30)) {
      self.failures = failures
      self.cooldown = cooldown
    }
  }

  package let rules: Rules
  package private(set) var state = State.closed(failures: 0)

  package init(_ rules: Rules = Rules()) { self.rules = rules }

  package mutating func admit(at now: Timestamp) -> Admission {
    switch state {
    case .closed: return .pass
    case .open(let until) where until > now: return .refuse(until: until)
    case .open:
      state = .probing
      return .probe
    case .probing: return .refuse(until: nil)
    }
  }

  package mutating func succeeded() { state = .closed(failures: 0) }

  /// A request that the provider did answer, if only to refuse it, shows that it lives.
  package mutating func failed(_ error: ModelError, at now: Timestamp) {
    guard error.allowsFailover else { return succeeded() }
    if error.code == .quota { return open(until: now + max(rules.cooldown, error.retryAfter ?? .zero)) }
    // Told when to come back, we do not knock earlier.
    if let wait = error.retryAfter { return open(until: now + wait) }
    switch state {
    case .closed(let count) where count + 1 < rules.failures: state = .closed(failures: count + 1)
    case .open: break
    default: open(until: now + rules.cooldown)
    }
  }

  /// A request that neither succeeded nor failed: it was cancelled. The next may probe.
  package mutating func abandoned(at now: Timestamp) { if state == .probing { state = .open(until: now) } }

  private mutating func open(until moment: Timestamp) { state = .open(until: moment) }
}
