import SCRProtocol
import SCRRuntime

/// One round: tasks are submitted, faults happen, everything is well again, everything comes to rest.
struct ChaosRound: Sendable {
  let plan: ChaosPlan.Round
  let host: ChaosHost

  private var board: Bulletin<ChaosState> { host.board }
  private var clock: any RuntimeClock { host.clock }

  /// How long a fault waits for its moment when fewer events come than it needs.
  private static let longestWait: Duration = .seconds(5)
  /// How long everything may take to come to rest once nothing is wrong any more.
  private static let settleLimit: Duration = .seconds(45)

  func run() async {
    board.change { $0.begin(plan) }
    // Without a runtime there is nothing to torment; that it is not there is noted.
    guard await host.start() != nil else { return }
    if plan.number == 1 { await ScheduleKeeper(host: host).put() }
    await decideWhatWaits()
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await Correspondent(host: host).run(plan.tasks.flatMap(\.family)) }
      await torment()
      // From here on nothing is wrong any more.
      await host.start()
      await settle()
      board.change { $0.isOver = true }
    }
    await ScheduleKeeper(host: host).look()
    await host.rereadEvents()
    await readTasks()
  }

  private func torment() async {
    let moments = moments()
    board.change { $0.openSubmissions = plan.tasks.count { $0.submitAfterEvents == 0 } }
    await withTaskGroup(of: Void.self) { group in
      for task in plan.tasks {
        group.addTask { await submitFirst(task, moments[task.name] ?? ChaosMoments()) }
        if let count = task.cancelAfterEvents { group.addTask { await cancel(task, after: count) } }
      }
      for hold in plan.holds {
        group.addTask {
          _ = await moment(of: hold.afterEvents)
          await QueueHolder(host: host).hold(hold)
        }
      }
      group.addTask { await injectFaults() }
    }
    await host.start()
    await submitAgain(moments)
  }

  /// Tasks that wait for a decision since an earlier round are decided: they are cancelled.
  private func decideWhatWaits() async {
    let waiting = board.read { $0.waiting.map(\.taskID) }
    await withTaskGroup(of: Void.self) { group in
      for id in waiting {
        group.addTask {
          _ = await host.current?.request("cancel_task", ["taskId": .string(id)], within: ChaosHost.patience)
        }
      }
    }
  }

  private func moments() -> [String: ChaosMoments] {
    let now = clock.now()
    var all: [String: ChaosMoments] = [:]
    for task in plan.tasks {
      var moments = ChaosMoments()
      moments.deadline = task.deadlineMs.map { (now + .milliseconds($0)).description }
      if let length = task.runAfterMs {
        let runAt = now + .milliseconds(length)
        moments.runAt = runAt.description
        board.change { $0.files[task.name]?.runAt = runAt.milliseconds }
      }
      all[task.name] = moments
    }
    return all
  }

  // MARK: Submitting

  private func submitFirst(_ task: ChaosTask, _ moments: ChaosMoments) async {
    if task.submitAfterEvents > 0 {
      _ = await moment(of: task.submitAfterEvents)
      board.change { $0.openSubmissions += 1 }
    }
    _ = await submit(task, moments)
    board.change { $0.openSubmissions -= 1 }
  }

  private func submit(_ task: ChaosTask, _ moments: ChaosMoments) async -> ChaosRuntime.Reply {
    guard let runtime = host.current else { return .gone }
    let reply = await runtime.request(
      "submit_task", task.submission(moments), within: ChaosHost.patience)
    if let result = reply.result, let id = result["taskId"]?.stringValue {
      board.change { $0.accepted(task.name, as: id, isRepeat: result["isRepeat"] == true) }
    }
    return reply
  }

  /// Whoever got no answer asks again, if a key makes that safe; some ask although they got one.
  private func submitAgain(_ moments: [String: ChaosMoments]) async {
    let accepted = board.read { state in Set(state.files.values.filter(\.isAccepted).map(\.task.name)) }
    await withTaskGroup(of: Void.self) { group in
      for task in plan.tasks where task.idempotencyKey != nil {
        guard task.isSubmittedAgain || !accepted.contains(task.name) else { continue }
        group.addTask {
          let reply = await submitPatiently(task, moments[task.name] ?? ChaosMoments())
          board.change { state in
            state.attempts += 1
            if reply.result == nil {
              state.failures.append("submit_task of \(task.name) failed when nothing was wrong any more: \(reply)")
            }
          }
        }
      }
    }
  }

  /// A tool server that was killed may still be on its way back: whoever is told to try again does.
  private func submitPatiently(_ task: ChaosTask, _ moments: ChaosMoments) async -> ChaosRuntime.Reply {
    for attempt in 1..<Self.tries {
      let reply = await submit(task, moments)
      guard reply.isRetryable else { return reply }
      try? await clock.sleep(for: Self.pause * attempt)
    }
    return await submit(task, moments)
  }

  private static let tries = 6
  private static let pause: Duration = .milliseconds(200)

  private func cancel(_ task: ChaosTask, after count: Int) async {
    guard await moment(of: count) else { return }
    let id = board.read { $0.files[task.name].map { $0.isAccepted ? $0.taskID : "" } ?? "" }
    guard !id.isEmpty, let runtime = host.current else { return }
    _ = await runtime.request("cancel_task", ["taskId": .string(id)], within: ChaosHost.patience)
  }

  // MARK: Faults

  private func injectFaults() async {
    let injector = FaultInjector(host: host)
    for fault in plan.faults {
      _ = await moment(of: fault.afterEvents)
      try? await clock.sleep(for: .milliseconds(fault.delayMs))
      if Task.isCancelled { return }
      await injector.inject(fault)
    }
  }

  /// Waits until the round has that many events, or has no more to come.
  private func moment(of count: Int) async -> Bool {
    await board.wait(within: Self.longestWait, by: clock) { $0.eventCount >= count || $0.isQuiet }
  }

  // MARK: Rest

  private func settle() async {
    _ = await board.wait(within: Self.settleLimit, by: clock) { $0.isQuiet }
  }

  private func readTasks() async {
    let recalled = recalled
    let open = board.read { state in
      state.files.values.filter { !$0.taskID.isEmpty && ($0.round == plan.number || $0.end == nil) }.map {
        ($0.task.name, $0.taskID)
      }
    }
    await withTaskGroup(of: Void.self) { group in
      for (name, id) in open + recalled { group.addTask { await read(name, id) } }
    }
  }

  /// Some tasks of the last rounds, which must be as they were.
  private var recalled: [(String, String)] {
    let ended = board.read { state in
      state.files.values.filter { $0.round < plan.number && $0.end != nil }.sorted { $0.task.name < $1.task.name }
    }
    guard !ended.isEmpty else { return [] }
    return plan.recall.map { ended[Int($0 % UInt64(ended.count))] }.map { ($0.task.name, $0.taskID) }
  }

  private func read(_ name: String, _ id: String) async {
    guard let runtime = host.current else { return }
    switch await runtime.request("get_task", ["taskId": .string(id)], within: ChaosHost.patience) {
    case .result(let answer):
      board.change { $0.answered(name, answer) }
      await explain(name, id, answer, runtime)
    case .error(kind: "not_found", _, _): board.change { $0.answered(name, nil) }
    case .error(_, let message, _): host.fail("get_task of \(name) failed: \(message)")
    case .gone: host.fail("the runtime ended by itself: \(runtime.stderrTail)")
    case .late: host.fail("get_task of \(name) was not answered within \(ChaosHost.patience)")
    }
  }

  /// A task that should have come to rest: why it is where it is, for the report.
  private func explain(_ name: String, _ id: String, _ answer: JSONValue, _ runtime: ChaosRuntime) async {
    let state = answer["state"]?.stringValue.flatMap(TaskState.init)
    guard let state, !state.isFinal, state != .waiting else { return }
    let reply = await runtime.request("explain_task", ["taskId": .string(id)], within: ChaosHost.patience)
    if let explanation = reply.result { board.change { $0.explained(name, "explain_task: \(explanation.jsonText)") } }
  }
}
