@testable import SCRRuntime

/// Performs a supervisor's actions in a world without tasks: children are names that heed their cancellation, ignore it,
/// or throw.
struct SupervisorDriver {
  enum Manner: CaseIterable { case obedient, ignorant, throwing }

  struct Life {
    let id: String
    let generation: Int
    let manner: Manner
    let shutdown: ShutdownPolicy
    let order: Int
    var isFenced = false
  }

  private enum Event {
    case ended(generation: Int, ExitReason)
    case ready(id: String, generation: Int)
  }

  private(set) var state: SupervisorState
  private(set) var trace: [String] = []
  private(set) var reports: [ExitReport] = []
  private(set) var end: SupervisorEnd?
  private(set) var starts = 0
  /// What must never happen, in words.
  private(set) var faults: [String] = []
  /// All that have not ended, by generation.
  private(set) var lives: [Int: Life] = [:]
  private(set) var failedStarts: [String: ExitReason] = [:]
  var failures: [String: Int] = [:]
  var manners: [String: Manner] = [:]
  var now: Timestamp
  private var events: [Event] = []
  private var timers: [SupervisorState.Timer] = []
  /// The life that is being taken for stuck: its fence is no order to stop.
  private var silent: Int?

  init(flags: SupervisorFlags, now: Timestamp) {
    state = SupervisorState(name: "s", flags: flags)
    self.now = now
  }

  // MARK: What a test does

  mutating func start(_ spec: ChildSpec) -> SupervisorError.Code? {
    ask(spec.id) { state, now throws(SupervisorError) in try state.start(spec, at: now) }
  }

  mutating func terminate(_ id: String) -> SupervisorError.Code? {
    ask(id) { state, now throws(SupervisorError) in try state.terminate(id, at: now) }
  }

  mutating func restart(_ id: String) -> SupervisorError.Code? {
    ask(id) { state, now throws(SupervisorError) in try state.restart(id, at: now) }
  }

  mutating func delete(_ id: String) -> SupervisorError.Code? {
    ask(id) { state, _ throws(SupervisorError) in
      try state.delete(id)
      return []
    }
  }

  mutating func stop() { perform(state.stop(at: now)) }

  /// The present life of the child ends by itself.
  mutating func exit(_ id: String, _ reason: ExitReason) {
    if let life = living(id) { events.append(.ended(generation: life.generation, reason)) }
  }

  mutating func fallSilent(_ id: String) {
    guard let life = living(id) else { return }
    silent = life.generation
    perform(
      state.silent(Watchdog.Finding(id: id, generation: life.generation, cause: .silent), at: now, chance: 0))
    silent = nil
  }

  /// A life that nobody listens to any more ends at last.
  mutating func endLate(_ generation: Int) {
    guard let life = lives[generation], life.isFenced else { return }
    lives[generation] = nil
    let actions = state.ended(life.id, generation, .error("late"), at: now, chance: 0)
    if !actions.isEmpty { faults.append("the late end of \(life.id) did \(actions)") }
  }

  func living(_ id: String) -> Life? { lives.values.first { $0.id == id && !$0.isFenced } }

  // MARK: The world goes on

  var isQuiet: Bool { events.isEmpty && timers.isEmpty }

  /// What happened first is told first; time passes when nothing happens any more.
  mutating func settle() { while step(choosing: { _ in 0 }) {} }

  /// - Parameter choose: which of the things that can happen next does.
  mutating func step(choosing choose: (Int) -> Int) -> Bool {
    if !events.isEmpty {
      tell(events.remove(at: choose(events.count)))
    } else if !timers.isEmpty {
      perform(state.fired(timers.remove(at: choose(timers.count)), at: now))
    } else {
      return false
    }
    return true
  }

  mutating func fireTimer(choosing choose: (Int) -> Int) {
    if !timers.isEmpty { perform(state.fired(timers.remove(at: choose(timers.count)), at: now)) }
  }

  private mutating func tell(_ event: Event) {
    switch event {
    case .ready(let id, let generation): perform(state.ready(id, generation, at: now))
    case .ended(let generation, let reason):
      guard let life = lives.removeValue(forKey: generation) else { return }
      perform(state.ended(life.id, generation, reason, at: now, chance: 0))
    }
  }

  private mutating func ask(
    _ id: String,
    _ request: (inout SupervisorState, Timestamp) throws(SupervisorError) -> [SupervisorState.Action]
  ) -> SupervisorError.Code? {
    failedStarts[id] = nil
    do throws(SupervisorError) { perform(try request(&state, now)) } catch { return error.code }
    return nil
  }

  private mutating func perform(_ actions: [SupervisorState.Action]) {
    for action in actions {
      switch action {
      case .start(let id, let generation): begin(id, generation)
      case .cancel(let generation): cancel(generation)
      case .fence(let generation): fence(generation)
      case .setTimer(let timer, _): timers.append(timer)
      case .dropTimer(let timer): timers.removeAll { $0 == timer }
      case .report(let report): reports.append(report)
      case .startFailed(let id, let reason): failedStarts[id] = reason
      case .started, .settled: break
      case .ended(let end):
        if self.end != nil { faults.append("ended twice") }
        if lives.values.contains(where: { !$0.isFenced }) { faults.append("ended before its children") }
        self.end = end
      }
    }
  }

  private mutating func begin(_ id: String, _ generation: Int) {
    starts += 1
    if living(id) != nil { faults.append("\(id) was started beside itself") }
    if state.life != .running { faults.append("\(id) was started although the supervisor stops") }
    let older = state.children.values.filter { $0.order < state.children[id]?.order ?? 0 }
    if state.flags.strategy.takesOthersAlong, older.contains(where: { $0.phase == .starting }) {
      faults.append("\(id) was started before an older one was ready")
    }
    guard let child = state.children[id] else { return faults.append("\(id) was started and is unknown") }
    lives[generation] = Life(
      id: id, generation: generation, manner: manners[id] ?? .obedient, shutdown: child.spec.shutdown,
      order: child.order)
    if let left = failures[id], left > 0 {
      failures[id] = left - 1
      trace.append("fail \(id)")
      events.append(.ended(generation: generation, .error("start")))
    } else {
      trace.append("start \(id)")
      events.append(.ready(id: id, generation: generation))
    }
  }

  private mutating func cancel(_ generation: Int) {
    guard let life = lives[generation] else { return }
    trace.append("stop \(life.id)")
    checkOrder(life)
    switch life.manner {
    case .obedient: events.append(.ended(generation: generation, .cancelled))
    case .throwing: events.append(.ended(generation: generation, .error("stopping")))
    case .ignorant: break
    }
  }

  private mutating func fence(_ generation: Int) {
    guard let life = lives[generation] else { return }
    lives[generation]?.isFenced = true
    if silent == generation || life.shutdown != .brutal { return }
    trace.append("stop \(life.id)")
    checkOrder(life)
  }

  private mutating func checkOrder(_ life: Life) {
    if state.life == .running || state.flags.strategy == .dynamic { return }
    let younger = lives.values.filter { $0.order > life.order && !$0.isFenced }
    if !younger.isEmpty { faults.append("\(life.id) was stopped before the younger \(younger.map(\.id))") }
  }
}
