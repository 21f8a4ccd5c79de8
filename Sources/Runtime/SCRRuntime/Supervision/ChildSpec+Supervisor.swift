extension ChildSpec {
  /// A supervisor as a child of another. Each start makes a new one with its first children.
  ///
  /// If it gives up or shuts down by itself it ends as `shutdown`, as in OTP: a permanent one is started again, which
  /// counts for the supervisor above it; a transient one is not. It is waited for without a limit when it is stopped,
  /// since each of its children has its own.
  ///
  /// - Parameter children: asked for at each start.
  package static func supervisor(
    id: String, label: String? = nil, restart: RestartPolicy = .permanent, isSignificant: Bool = false,
    backoff: RestartBackoff = RestartBackoff(), _ make: @escaping @Sendable () -> Supervisor,
    children: @escaping @Sendable () -> [ChildSpec] = { [] }
  ) -> ChildSpec {
    ChildSpec(
      id: id, label: label, kind: .supervisor, restart: restart, shutdown: .infinity, start: .whenReady,
      isSignificant: isSignificant, backoff: backoff
    ) { context in
      let supervisor = make()
      context.supervisor = supervisor
      let end = try await withTaskCancellationHandler {
        do { try await supervisor.start(children()) } catch  where Task.isCancelled { throw CancellationError() }
        context.ready()
        await supervisor.waitForEnd()
        return supervisor.end.current
      } onCancel: {
        supervisor.stopSoon()
      }
      if end != .stopped { throw ChildShutdown() }
    }
  }
}
