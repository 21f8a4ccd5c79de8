/// When a child that ended is started again; OTP's words with OTP's meaning.
package enum RestartPolicy: String, Sendable, Hashable {
  /// Always.
  case permanent
  /// Only after an error.
  case transient
  /// Never.
  case temporary
}

/// What a supervisor runs.
package struct ChildSpec: Sendable {
  package var id: String
  package var restart: RestartPolicy
  package var intensity: RestartIntensity
  package var backoff: RestartBackoff
  /// Ends by returning, by throwing, or when its task is cancelled.
  package var body: @Sendable () async throws -> Void

  package init(
    id: String, restart: RestartPolicy, intensity: RestartIntensity = RestartIntensity(),
    backoff: RestartBackoff = RestartBackoff(), body: @escaping @Sendable () async throws -> Void
  ) {
    self.id = id
    self.restart = restart
    self.intensity = intensity
    self.backoff = backoff
    self.body = body
  }
}

/// One report for every exit of a child, as OTP's supervisor reports have it.
package struct ExitReport: Sendable, Hashable {
  package enum Consequence: Sendable, Hashable {
    case restarting(after: Duration)
    case removed
    case gaveUp
  }

  package let supervisor: String
  package let child: String
  /// `normal`, `cancelled`, or the error's description.
  package let reason: String
  package let consequence: Consequence
}
