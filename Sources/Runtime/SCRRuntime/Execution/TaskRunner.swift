import SCRProtocol

/// Performs what a ``TaskRun`` decides: commits its turns, lets workers do its attempts, tells it what happened.
struct TaskRunner: Sendable {
  let store: any TaskStore
  let hub: EventHub
  let clock: any RuntimeClock
  let configuration: RuntimeConfiguration
  let worker: Worker
  let workers: Supervisor
  let waits: WaitDesk
  /// Fires when the run has to stop before its end.
  let stop: OneShot<TaskRun.StopCause>
  /// Gets what an operator should know, for the log.
  let notice: @Sendable (String) -> Void
  /// The task has left our hands without an end: it is to be run again later, or waits.
  let onRest: @Sendable (AgentTask) -> Void

  enum Event: Sendable {
    case ended(stepID: String, AttemptOutcome)
    case retryDue(stepID: String)
    /// A wait of the task has ended.
    case news
    case stop(TaskRun.StopCause)
    case heartbeat
    case graceOver
    /// A child of the group was cancelled; it has nothing to say.
    case nothing
  }

  /// What one run of a task holds while it is under way.
  struct State {
    var run: TaskRun
    /// Rings when a wait of the task has ended.
    let news: Bell
    /// Fires to stop the attempt of a step.
    var stops: [String: OneShot<Void>] = [:]
    /// What agents use while they work.
    let spending = AgentSpending()
    /// What tool servers made of calls.
    let remoteTasks: RemoteTaskShelf

    init(run: TaskRun, news: Bell) {
      self.run = run
      self.news = news
      remoteTasks = RemoteTaskShelf(run.remoteTasks)
    }
  }

  /// Runs the task until it leaves our hands.
  ///
  /// - Parameter news: rings when a wait of the task has ended.
  /// - Returns: false if the store knows better than the run: look at the task again.
  /// - Throws: `StoreError`: the journal cannot be written. The run can be taken up again from the store.
  func run(_ run: TaskRun, _ news: Bell) async throws(StoreError) -> Bool {
    var state = State(run: run, news: news)
    do throws(StoreError) {
      if let first = try await begin(&state) { try await goOn(first, &state) }
    } catch {
      guard error.code == .preconditionFailed else { throw error }
      return false
    }
    if Self.resting.contains(state.run.task.state) { onRest(state.run.task) }
    return true
  }

  /// - Returns: what is to be done next; nil where the task has left our hands, which many do at once.
  private func begin(_ state: inout State) async throws(StoreError) -> TaskRun.Turn? {
    if let deadline = state.run.task.deadline, deadline <= clock.now() { stop.fire(.deadline) }
    if let cause = stop.current {
      try await commit(state.run.end(cause, now: clock.now()).batch)
      return nil
    }
    let first = withInlineCalls(state.run.start(now: clock.now(), chance: .random(in: 0...1)), &state)
    try await write(first)
    return first.isOver && first.opened.isEmpty && first.stops.isEmpty ? nil : first
  }

  private func goOn(_ first: TaskRun.Turn, _ state: inout State) async throws(StoreError) {
    let (deadline, news) = (state.run.task.deadline, state.news)
    let failure = await withTaskGroup(of: Event.self) { group -> StoreError? in
      group.addTask { await waitForStop() }
      if let deadline { group.addTask { await wait(until: deadline) } }
      group.addTask { await pulse() }
      group.addTask { await Self.listen(to: news) }
      defer { group.cancelAll() }
      do throws(StoreError) {
        var isOver = await follow(first, &state, &group)
        // What came while an earlier run was coming to its end.
        if !isOver { isOver = try await revise(&state, &group) }
        while !isOver, let event = await group.next() {
          isOver = try await take(event, &state, &group)
        }
        return nil
      } catch { return error }
    }
    if let failure { throw failure }
  }

  private func take(
    _ event: Event, _ state: inout State, _ group: inout TaskGroup<Event>
  ) async throws(StoreError) -> Bool {
    let now = clock.now()
    let chance = Double.random(in: 0...1)
    switch event {
    case .ended(let stepID, let outcome):
      state.stops[stepID] = nil
      return try await perform(ended(stepID, outcome, &state, now: now, chance: chance), &state, &group)
    case .retryDue(let stepID):
      return try await perform(state.run.retryDue(stepID, now: now), &state, &group)
    case .news:
      group.addTask { [news = state.news] in await Self.listen(to: news) }
      if try await revise(&state, &group) { return true }
      let steps = Set(state.run.openWaits.values.compactMap(\.stepID))
      let news = try await waits.news(of: state.run.task.id, childrenFor: steps)
      return try await perform(state.run.heard(news, now: clock.now(), chance: chance), &state, &group)
    case .heartbeat:
      group.addTask { await pulse() }
      return try await perform(
        state.run.heartbeat(until: now + configuration.lease, now: now), &state, &group)
    case .stop(let cause):
      try await halt(cause, &state, &group)
      return true
    case .graceOver, .nothing: return false
    }
  }

  /// Tells the run of an attempt's end, and of what agents have used.
  func ended(
    _ stepID: String, _ outcome: AttemptOutcome, _ state: inout State, now: Timestamp, chance: Double
  ) -> TaskRun.Turn {
    let used = state.spending.take(stepID)
    state.run.inFlight = state.spending.inFlight
    state.run.forgetRemoteTask(of: stepID, outcome, on: state.remoteTasks)
    return state.run.attemptEnded(stepID, outcome, used: used, now: now, chance: chance)
  }

  private func perform(
    _ plain: TaskRun.Turn, _ state: inout State, _ group: inout TaskGroup<Event>
  ) async throws(StoreError) -> Bool {
    let turn = withInlineCalls(plain, &state)
    try await write(turn)
    return await follow(turn, &state, &group)
  }

  private func write(_ turn: TaskRun.Turn) async throws(StoreError) {
    do throws(StoreError) { try await commit(turn.batch) } catch {
      // An outcome that is known is not lost to an answer that came in the same moment.
      guard error.code == .preconditionFailed, let outcomes = turn.outcomes else { throw error }
      try await commit(outcomes)
      if !turn.opened.isEmpty { await waits.opened(turn.opened, turn.children) }
      throw error
    }
  }

  /// Takes other plans for the task, one after the other. One that is refused by the store changes nothing: a wait was
  /// answered in the same moment, and the news of it come next.
  private func revise(_ state: inout State, _ group: inout TaskGroup<Event>) async throws(StoreError) -> Bool {
    while let request = waits.nextRevision(of: state.run.task.id) {
      let found = state.run.task.planRevision
      if let expected = request.expected, expected != found {
        request.answer.fire(.refused(.revised(state.run.task.id, expected, found)))
        continue
      }
      var run = state.run
      switch run.revise(to: request.document, request.plan, by: request.by, now: clock.now()) {
      case .refused(let error): request.answer.fire(.refused(error))
      case .taken(let turn):
        do throws(StoreError) { try await commit(turn.batch) } catch {
          request.answer.fire(.lookAgain)
          guard error.code == .preconditionFailed else { throw error }
          continue
        }
        state.run = run
        request.answer.fire(.taken)
        if await follow(turn, &state, &group) { return true }
      }
    }
    return false
  }

  /// Does what a turn wants, once it is written down.
  private func follow(
    _ turn: TaskRun.Turn, _ state: inout State, _ group: inout TaskGroup<Event>
  ) async -> Bool {
    if !turn.opened.isEmpty { await waits.opened(turn.opened, turn.children) }
    for stepID in turn.stops { state.stops[stepID]?.fire(()) }
    let (budget, used) = state.run.spending
    state.spending.set(budget, used: used, at: clock.now())
    for attempt in turn.attempts {
      let stop = OneShot<Void>()
      state.stops[attempt.stepID] = stop
      let epoch = state.run.task.epoch
      let attempt = attempt.keeping {
        StepRemoteTask(
          store: store, hub: hub, clock: clock, taskID: state.run.task.id, stepID: attempt.stepID, epoch: epoch,
          shelf: state.remoteTasks, stop: self.stop)
      }
      group.addTask { [spending = state.spending] in
        .ended(stepID: attempt.stepID, await supervised(attempt, spending, epoch: epoch, until: stop))
      }
    }
    for pause in turn.pauses {
      group.addTask {
        (try? await clock.sleep(for: pause.length)) == nil ? .nothing : .retryDue(stepID: pause.stepID)
      }
    }
    return turn.isOver
  }

  /// An outcome that is known must not be lost to a disk that is full for a while: the commit is tried again until it
  /// succeeds, the claim is lost, or the runtime ends. Nobody else would write down how a cancelled task ended before the
  /// next start.
  func commit(_ batch: StoreBatch?) async throws(StoreError) {
    guard let batch else { return }
    var pause = Self.firstPause
    while true {
      do throws(StoreError) { return hub.publish(try await store.commit(batch)) } catch {
        guard error.mayPass, !isEnding else { throw error }
        notice("the journal of \(batch.taskID) could not be written and will be tried again: \(error)")
        if stop.current == nil {
          _ = try? await withinTime(pause, by: clock) { await stop.value() }
        } else {
          try? await clock.sleep(for: pause)
        }
        pause = min(pause * 2, Self.longestPause)
      }
    }
  }

  private var isEnding: Bool {
    if case .shutdown = stop.current { return true }
    return Task.isCancelled
  }

  private static let resting: Set<TaskState> = [.scheduled, .waiting]
  private static let firstPause: Duration = .milliseconds(100)
  private static let longestPause: Duration = .seconds(10)

  // MARK: Waiting

  private func waitForStop() async -> Event { await stop.value().map { .stop($0) } ?? .stop(.shutdown(grace: .zero)) }

  private func wait(until deadline: Timestamp) async -> Event {
    (try? await clock.sleep(until: deadline, atMost: nil)) == nil ? .nothing : .stop(.deadline)
  }

  private func pulse() async -> Event {
    (try? await clock.sleep(for: configuration.lease / 3)) == nil ? .nothing : .heartbeat
  }

  private static func listen(to news: Bell) async -> Event {
    await news.wait()
    return Task.isCancelled ? .nothing : .news
  }
}

extension StoreError {
  /// Whether the same commit may succeed later.
  var mayPass: Bool { !Self.lasting.contains(code) }

  private static let lasting: Set<Code> = [.preconditionFailed, .closed, .duplicateKey, .flushFailed]
}

extension StoreBatch {
  /// Whose run it is from; for words only.
  fileprivate var taskID: String {
    for case .taskEpoch(let id, _) in preconditions { return id.text }
    return "a task"
  }
}
