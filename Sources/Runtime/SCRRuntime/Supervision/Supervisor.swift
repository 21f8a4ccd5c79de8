/// Keeps children running as OTP's supervisor does; ``SupervisorState`` has the rules, this performs them.
///
/// A Swift task cannot be killed. A child that does not heed its cancellation in time is *stuck*: fenced, reported, its
/// slot given away. It stays listed until it really ends.
package actor Supervisor {
  private struct Life {
    let context: ChildContext
    let task: Task<Void, Never>
    var isFenced = false
    /// Whoever waits for the end of just this life; false: it was fenced.
    var waiter: CheckedContinuation<Bool, Never>?
  }

  package nonisolated let name: String
  package nonisolated let flags: SupervisorFlags
  /// Comes when the supervisor has ended and all its children have, or are stuck.
  package nonisolated let end = OneShot<SupervisorEnd>()
  let clock: any RuntimeClock
  private let onExit: @Sendable (ExitReport) -> Void
  var state: SupervisorState
  var watchdog = Watchdog()
  private var lives: [Int: Life] = [:]
  private var timers: [SupervisorState.Timer: Task<Void, Never>] = [:]
  private var startWaiters: [String: CheckedContinuation<ExitReason?, Never>] = [:]
  private var settleWaiters: [String: [CheckedContinuation<Void, Never>]] = [:]
  private var endWaiters: [CheckedContinuation<Void, Never>] = []
  private var monitors: [String: [WeakMonitor]] = [:]

  /// - Parameter onExit: gets one report for each exit; called from any thread.
  package init(
    name: String, flags: SupervisorFlags = SupervisorFlags(), clock: any RuntimeClock,
    onExit: @escaping @Sendable (ExitReport) -> Void = { _ in }
  ) {
    self.name = name
    self.flags = flags
    self.clock = clock
    self.onExit = onExit
    state = SupervisorState(name: name, flags: flags)
  }

  // MARK: Performing

  func perform(_ actions: [SupervisorState.Action]) {
    for action in actions {
      switch action {
      case .start(let id, let generation): begin(id, generation)
      case .cancel(let generation): lives[generation]?.task.cancel()
      case .fence(let generation): fence(generation)
      case .setTimer(let timer, let pause): set(timer, pause)
      case .dropTimer(let timer): timers.removeValue(forKey: timer)?.cancel()
      case .report(let report): tell(report)
      case .started(let id): startWaiters.removeValue(forKey: id)?.resume(returning: nil)
      case .startFailed(let id, let reason): startWaiters.removeValue(forKey: id)?.resume(returning: reason)
      case .settled(let id): settleWaiters.removeValue(forKey: id)?.forEach { $0.resume() }
      case .ended(let end):
        self.end.fire(end)
        for waiter in endWaiters { waiter.resume() }
        endWaiters = []
      }
    }
  }

  private func begin(_ id: String, _ generation: Int) {
    guard let spec = state.children[id]?.spec else { return }
    let context = ChildContext(id: id, generation: generation) { [weak self] in
      guard let self else { return }
      Task { await self.ready(id, generation) }
    }
    lives[generation] = Life(context: context, task: Task { await self.live(spec, context) })
  }

  private func live(_ spec: ChildSpec, _ context: ChildContext) async {
    let reason = await Self.run(spec, context)
    // The end may overtake the word that it was ready.
    if context.wasReady { ready(spec.id, context.generation) }
    let waiter = lives.removeValue(forKey: context.generation)?.waiter
    perform(state.ended(spec.id, context.generation, reason, at: clock.now(), chance: .random(in: 0...1)))
    waiter?.resume(returning: true)
  }

  /// Away from the supervisor's own executor, so that a busy child never holds it up.
  @concurrent private static func run(_ spec: ChildSpec, _ context: ChildContext) async -> ExitReason {
    do {
      try await spec.body(context)
      return Task.isCancelled ? .cancelled : .normal
    } catch is CancellationError {
      return .cancelled
    } catch is ChildShutdown { return .shutdown } catch { return .error("\(error)") }
  }

  private func ready(_ id: String, _ generation: Int) { perform(state.ready(id, generation, at: clock.now())) }

  private func fence(_ generation: Int) {
    guard var life = lives[generation] else { return }
    life.context.fence()
    life.task.cancel()
    life.isFenced = true
    life.waiter?.resume(returning: false)
    life.waiter = nil
    lives[generation] = life
  }

  private func set(_ timer: SupervisorState.Timer, _ pause: Duration) {
    timers.removeValue(forKey: timer)?.cancel()
    timers[timer] = Task {
      guard (try? await clock.sleep(for: pause)) != nil, !Task.isCancelled else { return }
      timers[timer] = nil
      perform(state.fired(timer, at: clock.now()))
    }
  }

  private func tell(_ plain: ExitReport) {
    let report = withEvidence(plain)
    onExit(report)
    guard let watching = monitors.removeValue(forKey: report.offender.id) else { return }
    for monitor in watching { monitor.value?.tell(report) }
  }

  // MARK: Waiting. Not ended by cancellation: whoever stops a child must know that it is gone.

  /// - Returns: why it failed, if it did.
  func waitForStart(of id: String) async -> ExitReason? {
    guard state.children[id]?.isAwaited == true else { return nil }
    return await withCheckedContinuation { startWaiters[id] = $0 }
  }

  func waitForRest(of id: String) async {
    guard state.isActive(id) else { return }
    await withCheckedContinuation { settleWaiters[id, default: []].append($0) }
  }

  func waitForEnd() async {
    if case .ended = state.life { return }
    await withCheckedContinuation { endWaiters.append($0) }
  }

  /// - Returns: false if the life was fenced before it ended.
  func waitForEnd(ofLife generation: Int) async -> Bool {
    guard let life = lives[generation] else { return true }
    if life.isFenced { return false }
    return await withCheckedContinuation { lives[generation]?.waiter = $0 }
  }

  // MARK: Watching

  func context(of generation: Int) -> ChildContext? { lives[generation]?.context }
  /// Ends when the life really has, and this supervisor knows of it.
  func task(of generation: Int) -> Task<Void, Never>? { lives[generation]?.task }

  func add(_ monitor: ChildMonitor) {
    monitors[monitor.child] = (monitors[monitor.child] ?? []).filter { $0.value != nil } + [WeakMonitor(monitor)]
  }

  /// For a caller that was cancelled and cannot wait.
  nonisolated func stopSoon(_ id: String, _ generation: Int) {
    Task { await self.callerCancelled(id, generation) }
  }

  /// Begins to stop everything, for a caller that cannot wait.
  nonisolated func stopSoon() {
    Task { await self.stop() }
  }

  private func callerCancelled(_ id: String, _ generation: Int) {
    guard state.children[id]?.generation == generation else { return }
    if let actions = try? state.terminate(id, by: .caller, at: clock.now()) { perform(actions) }
  }
}

private struct WeakMonitor {
  private(set) weak var value: ChildMonitor?
  init(_ value: ChildMonitor) { self.value = value }
}
