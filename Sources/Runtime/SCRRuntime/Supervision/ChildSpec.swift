/// When a child that ended is started again; OTP's words with OTP's meaning.
package enum RestartPolicy: String, Sendable, Hashable {
  /// Always.
  case permanent
  /// Only after an error, and when a sibling takes it along.
  case transient
  /// Never.
  case temporary
}

/// How a child is stopped.
package enum ShutdownPolicy: Sendable, Hashable {
  /// It is cancelled and fenced at once; nobody waits for its end.
  case brutal
  /// It is cancelled. If it has not ended within this time, it is stuck: fenced, reported, and no longer waited for.
  case timeout(Duration)
  /// It is cancelled and waited for. Whoever ignores cancellation then holds up its supervisor; meant for supervisors.
  case infinity
}

/// When a child counts as started.
package enum StartRule: Sendable, Hashable {
  case atOnce
  /// With ``ChildContext/ready()``. Until then nothing behind it in the order of start is started, and an end is a
  /// start that failed.
  case whenReady
}

package enum ChildKind: String, Sendable, Hashable {
  case worker
  case supervisor
}

/// What a supervisor runs.
package struct ChildSpec: Sendable {
  package typealias Body = @Sendable (ChildContext) async throws -> Void

  package var id: String
  /// For people who look at the tree.
  package var label: String?
  package var kind: ChildKind
  package var restart: RestartPolicy
  package var shutdown: ShutdownPolicy
  package var start: StartRule
  /// Its end may shut its supervisor down; see ``AutoShutdown``.
  package var isSignificant: Bool
  package var backoff: RestartBackoff
  package var heartbeat: HeartbeatRule
  /// Ends by returning, by throwing, or when its task is cancelled.
  package var body: Body

  package init(
    id: String, label: String? = nil, kind: ChildKind = .worker, restart: RestartPolicy,
    shutdown: ShutdownPolicy = .timeout(.seconds(5)), start: StartRule = .atOnce, isSignificant: Bool = false,
    backoff: RestartBackoff = RestartBackoff(), heartbeat: HeartbeatRule = .none, withContext body: @escaping Body
  ) {
    self.id = id
    self.label = label
    self.kind = kind
    self.restart = restart
    self.shutdown = shutdown
    self.start = start
    self.isSignificant = isSignificant
    self.backoff = backoff
    self.heartbeat = heartbeat
    self.body = body
  }

  /// A child that has nothing to tell its supervisor while it runs.
  package init(
    id: String, label: String? = nil, restart: RestartPolicy, shutdown: ShutdownPolicy = .timeout(.seconds(5)),
    isSignificant: Bool = false, backoff: RestartBackoff = RestartBackoff(),
    body: @escaping @Sendable () async throws -> Void
  ) {
    self.init(
      id: id, label: label, restart: restart, shutdown: shutdown, isSignificant: isSignificant, backoff: backoff
    ) { _ in try await body() }
  }
}
