/// Why a child ended.
package enum ExitReason: Sendable, Hashable, CustomStringConvertible {
  /// It returned.
  case normal
  /// Its supervisor stopped it, or it threw ``ChildShutdown``.
  case shutdown
  /// Whoever waited for it was cancelled, or it threw `CancellationError` of its own.
  case cancelled
  /// It threw; the error in words.
  case error(String)
  /// It could not be stopped, or gave no sign of life: it still runs, and nobody listens to it any more.
  case stuck

  /// Whether a transient child is started again.
  var isAbnormal: Bool {
    switch self {
    case .normal, .shutdown, .cancelled: false
    case .error, .stuck: true
    }
  }

  package var description: String {
    switch self {
    case .normal: "normal"
    case .shutdown: "shutdown"
    case .cancelled: "cancelled"
    case .error(let text): text
    case .stuck: "stuck"
    }
  }
}

/// A child throws it to end as if it had been stopped: no error, and no restart unless it is permanent.
package struct ChildShutdown: Error, Sendable {
  package init() {}
}

/// One report for every exit of a child, with the four fields of OTP's supervisor reports and what follows from it.
package struct ExitReport: Sendable, Hashable {
  package enum Context: String, Sendable, Hashable {
    /// It ended before it was ready.
    case startError
    case childTerminated
    /// It was to stop and did not do so in order: it threw, or ran on.
    case shutdownError
    /// It was to stop and did.
    case shutdown
  }

  package struct Offender: Sendable, Hashable {
    package let id: String
    package let kind: ChildKind
    package let restart: RestartPolicy
    package let startedAt: Timestamp
    /// How often it had been started again before this exit.
    package let restarts: Int

    package init(id: String, kind: ChildKind, restart: RestartPolicy, startedAt: Timestamp, restarts: Int) {
      self.id = id
      self.kind = kind
      self.restart = restart
      self.startedAt = startedAt
      self.restarts = restarts
    }
  }

  package enum Consequence: Sendable, Hashable {
    case restarting(after: Duration)
    /// It is kept and may be started again by hand.
    case stopped
    case removed
    /// The supervisor shuts down with its significant children.
    case autoShutdown
    /// The supervisor stops all its children and ends.
    case gaveUp
  }

  package let supervisor: String
  package let context: Context
  package let reason: ExitReason
  package let offender: Offender
  package let consequence: Consequence
  /// Of a fault: the newest sign of life that a look found.
  package var lastBeat: Timestamp?
  /// Of a child that is stuck.
  package var stuckCause: StuckChild.Cause?

  package init(
    supervisor: String, context: Context, reason: ExitReason, offender: Offender, consequence: Consequence
  ) {
    self.supervisor = supervisor
    self.context = context
    self.reason = reason
    self.offender = offender
    self.consequence = consequence
  }
}
