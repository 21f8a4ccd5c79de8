/// Runs children and restarts those that end against their policy, one for one.
///
/// A Swift task cannot be killed: ``stop()`` cancels the children in reverse order of their start and waits for them.
package actor Supervisor {
  private struct Child {
    let spec: ChildSpec
    let order: Int
    var task: Task<Void, Never>
  }

  package let name: String
  /// Children at once; ``start(_:)`` refuses more.
  package let maxChildren: Int
  private let clock: any RuntimeClock
  private let onExit: @Sendable (ExitReport) -> Void
  private var children: [String: Child] = [:]
  private var started = 0
  private var isStopping = false

  /// - Parameter onExit: gets one report for each exit; called from any thread.
  package init(
    name: String, clock: any RuntimeClock, maxChildren: Int = 1024,
    onExit: @escaping @Sendable (ExitReport) -> Void = { _ in }
  ) {
    self.name = name
    self.clock = clock
    self.maxChildren = maxChildren
    self.onExit = onExit
  }

  package var childIDs: [String] { children.values.sorted { $0.order < $1.order }.map(\.spec.id) }

  /// - Returns: false if a child of that id runs, the supervisor is full, or it stops.
  @discardableResult
  package func start(_ spec: ChildSpec) -> Bool {
    guard !isStopping, children[spec.id] == nil, children.count < maxChildren else { return false }
    started += 1
    children[spec.id] = Child(spec: spec, order: started, task: Task { await self.keepAlive(spec) })
    return true
  }

  /// Runs `body` as a temporary child and gives its value. Cancelling the caller cancels the child, whose end is awaited.
  ///
  /// - Returns: nil if the child was refused: its id is taken, the supervisor is full, or it stops.
  package func run<Value: Sendable>(_ id: String, _ body: @escaping @Sendable () async -> Value) async -> Value? {
    let outcome = OneShot<Value>()
    let spec = ChildSpec(id: id, restart: .temporary) { outcome.fire(await body()) }
    guard start(spec), let task = children[id]?.task else { return nil }
    await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      task.cancel()
    }
    return outcome.current
  }

  /// Runs `body` as a temporary child and gives its value.
  ///
  /// Cancelling the caller cancels the child. If it has not ended `grace` later it is left behind, and its value is ignored.
  /// - Returns: nil if it was left behind.
  /// - Throws: if it was not started.
  package func run<Value: Sendable>(
    _ id: String, grace: Duration, _ body: @escaping @Sendable () async -> Value
  ) async throws(SupervisorError) -> Value? {
    let outcome = OneShot<Value>()
    let spec = ChildSpec(id: id, restart: .temporary) { outcome.fire(await body()) }
    guard start(spec), let task = children[id]?.task else {
      throw SupervisorError(description: "\(name) has no room for \(id)")
    }
    let over = OneShot<Bool>()
    let watch = Task {
      await task.value
      over.fire(true)
    }
    let clock = clock
    let hasEnded = await withTaskCancellationHandler {
      await Task { await over.value() ?? true }.value
    } onCancel: {
      task.cancel()
      Task {
        try? await clock.sleep(for: grace)
        over.fire(false)
      }
    }
    if hasEnded { await watch.value } else { children[id] = nil }
    return hasEnded ? outcome.current : nil
  }

  /// Cancels one child and waits for its end.
  package func stop(_ id: String) async {
    guard let task = children[id]?.task else { return }
    task.cancel()
    await task.value
  }

  /// Cancels all children, the youngest first, and waits for each.
  package func stop() async {
    isStopping = true
    for child in children.values.sorted(by: { $0.order > $1.order }) {
      child.task.cancel()
      await child.task.value
    }
  }

  /// Returns when the child of that id is gone.
  package func wait(for id: String) async { await children[id]?.task.value }

  private func keepAlive(_ spec: ChildSpec) async {
    var tracker = RestartTracker(spec.intensity, spec.backoff)
    defer { children[spec.id] = nil }
    while true {
      let begin = clock.now()
      let end = await Self.run(spec)
      let mayRestart =
        switch spec.restart {
        case .permanent: true
        case .transient: end.isError
        case .temporary: false
        }
      guard mayRestart, !isStopping, !Task.isCancelled else { return report(spec, end, .removed) }
      switch tracker.exited(startedAt: begin, now: clock.now(), chance: .random(in: 0...1)) {
      case .giveUp: return report(spec, end, .gaveUp)
      case .restart(let pause):
        report(spec, end, .restarting(after: pause))
        guard (try? await clock.sleep(for: pause)) != nil else { return }
      }
    }
  }

  private struct End: Sendable {
    let reason: String
    let isError: Bool
  }

  /// Away from the supervisor's own executor, so that a busy child never holds it up.
  @concurrent private static func run(_ spec: ChildSpec) async -> End {
    do {
      try await spec.body()
      return End(reason: Task.isCancelled ? "cancelled" : "normal", isError: false)
    } catch is CancellationError {
      return End(reason: "cancelled", isError: false)
    } catch { return End(reason: "\(error)", isError: true) }
  }

  private func report(_ spec: ChildSpec, _ end: End, _ consequence: ExitReport.Consequence) {
    onExit(ExitReport(supervisor: name, child: spec.id, reason: end.reason, consequence: consequence))
  }
}

/// Why a child was not started.
package struct SupervisorError: Error, Sendable, CustomStringConvertible {
  package let description: String
}
