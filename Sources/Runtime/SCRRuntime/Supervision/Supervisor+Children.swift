extension Supervisor {
  /// Starts a child behind all others. Returns when it is ready, if its specification asks for that.
  ///
  /// - Throws: ``SupervisorError``: `taken`, `full`, `too_many_stuck`, `stopping`, `bad_combination`, `start_failed`.
  package func start(_ spec: ChildSpec) async throws(SupervisorError) {
    perform(try state.start(spec, at: clock.now()))
    try await finishStart(of: spec.id)
  }

  /// Starts children in order, each when the one before it is ready. If one fails, the supervisor stops.
  ///
  /// - Throws: as ``start(_:)``.
  package func start(_ specs: [ChildSpec]) async throws(SupervisorError) {
    for spec in specs {
      do throws(SupervisorError) { try await start(spec) } catch {
        await stop()
        throw error
      }
    }
  }

  /// Stops a child and waits until it has ended or is stuck. One that is neither temporary nor dynamic is kept.
  ///
  /// - Throws: `not_found`.
  package func terminate(_ id: String) async throws(SupervisorError) {
    perform(try state.terminate(id, at: clock.now()))
    await waitForRest(of: id)
  }

  /// Starts a child again that was stopped or has ended.
  ///
  /// - Throws: `not_found`, `running`, `restarting`, `stopping`, `too_many_stuck`, `start_failed`.
  package func restart(_ id: String) async throws(SupervisorError) {
    perform(try state.restart(id, at: clock.now()))
    try await finishStart(of: id)
  }

  /// Forgets a child that was stopped or has ended.
  ///
  /// - Throws: `not_found`, `running`, `restarting`.
  package func delete(_ id: String) throws(SupervisorError) { try state.delete(id) }

  /// Stops a child, waits for that, and forgets it. That there is none is no fault.
  package func stop(_ id: String) async {
    try? await terminate(id)
    try? state.delete(id)
  }

  /// Stops all children, the youngest first (dynamic ones together), and waits until each has ended or is stuck.
  /// Nothing can be started afterwards.
  package func stop() async {
    perform(state.stop(at: clock.now()))
    await waitForEnd()
  }

  /// Returns when the child is gone or at rest.
  package func wait(for id: String) async { await waitForRest(of: id) }

  private func finishStart(of id: String) async throws(SupervisorError) {
    guard let reason = await waitForStart(of: id) else { return }
    throw SupervisorError(.startFailed, "\(id) of \(name) ended before it was ready: \(reason)")
  }

  /// Runs `body` as a temporary child and gives its value.
  ///
  /// Cancelling the caller cancels the child. If it has not ended `grace` later it is stuck, and its late value is
  /// ignored.
  ///
  /// - Returns: nil if the child was stopped or taken for stuck, and did not end in time.
  /// - Throws: as ``start(_:)``, if it was not started; `restarting` too, while its siblings are in a pause.
  package func run<Value: Sendable>(
    _ id: String, label: String? = nil, grace: Duration = .seconds(5), heartbeat: HeartbeatRule = .none,
    _ body: @escaping @Sendable (ChildContext) async -> Value
  ) async throws(SupervisorError) -> Value? {
    let outcome = OneShot<Value>()
    let spec = ChildSpec(
      id: id, label: label, restart: .temporary, shutdown: .timeout(grace), heartbeat: heartbeat
    ) { outcome.fire(await body($0)) }
    perform(try state.start(spec, at: clock.now()))
    guard let generation = state.children[id]?.generation, generation > 0 else {
      await stop(id)
      throw SupervisorError(.restarting, "the children of \(name) are being started again: try \(id) later")
    }
    let hasEnded = await withTaskCancellationHandler {
      await waitForEnd(ofLife: generation)
    } onCancel: {
      stopSoon(id, generation)
    }
    return hasEnded ? outcome.current : nil
  }
}
