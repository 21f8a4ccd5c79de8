import SCRProtocol

/// Takes a claimed task up from the store and lets it be run, as often as needed until it has left our hands.
struct TaskTakeUp: Sendable {
  let runner: TaskRunner
  let registry: ToolRegistry
  let incarnation: Incarnation

  private var store: any TaskStore { runner.store }

  /// - Parameters:
  ///   - claimed: the task as its claim left it, if that is known.
  ///   - isNew: whether it was claimed just now; then one that never was before has no journal yet.
  ///   - news: rings for what is said to the task's runner since before it was claimed.
  /// - Throws: `StoreError`.
  func run(_ id: TaskID, _ claimed: AgentTask?, isNew: Bool, _ news: Bell) async throws(StoreError) {
    var isNew = isNew
    var next = claimed
    if next == nil { next = try await store.task(id) }
    while let task = next, task.state == .running, task.lease?.owner == incarnation {
      if task.cancelRequested { runner.stop.fire(.cancelled) }
      let plan: Plan
      do throws(RuntimeError) { plan = try Planner.plan(of: task) } catch {
        return try await fail(task, TaskReason(error.kind, error.message, hint: error.hint))
      }
      // One that goes on where another ended has a journal from the beginning.
      let hasNoJournal = isNew && task.epoch == 1 && task.retryOf == nil
      let run = hasNoJournal ? run(of: task, plan, [], [], nil, Usage(), [:]) : try await leftRun(of: task, plan)
      isNew = false
      if try await runner.run(run, news) { return }
      next = try await store.task(id)
    }
  }

  private func leftRun(of task: AgentTask, _ plan: Plan) async throws(StoreError) -> TaskRun {
    let records = try await store.steps(of: task.id)
    let waiting = Set(records.filter { $0.state == .waiting }.map(\.stepID))
    let news = try await runner.waits.news(of: task.id, childrenFor: waiting)
    let loops = try await store.document(.loop, task.id.text).flatMap { LoopDetector(json: $0.body) }
    let hasAgents = plan.steps.contains(where: \.work.isAgent)
    let past = hasAgents ? try await AgentJournal.past(of: task.id, in: store) : AgentJournal.Past()
    runner.worker.agents.models.recall(past.answers)
    let remoteTasks = try await RemoteTaskShelf.left(of: task.id, in: store)
    return run(of: task, plan, records, news, loops, past.usage, remoteTasks)
  }

  private func run(
    of task: AgentTask, _ plan: Plan, _ records: [StepRecord], _ news: [WaitNews],
    _ loops: LoopDetector?, _ journaled: Usage, _ remoteTasks: [String: RemoteTaskRecord]
  ) -> TaskRun {
    TaskRun(
      task: task, plan: plan, records: records, news: news, loops: loops, journaled: journaled,
      remoteTasks: remoteTasks,
      rounds: runner.configuration.agents.rounds,
      maxParallel: runner.configuration.maxParallelSteps,
      effect: { [registry] in registry.catalogue[$0.qualified]?.descriptor.effect ?? .unknown },
      serversDigest: runner.configuration.serversDigest)
  }

  /// Ends a task that cannot even begin.
  private func fail(_ task: AgentTask, _ reason: TaskReason) async throws(StoreError) {
    let snapshot = TaskSnapshot(task: task, steps: try await store.steps(of: task.id))
    let waits = try await store.waits(of: task.id, isOpen: true)
    let batch = TaskEnding.batch(snapshot, waits: waits, as: .failed, reason, now: runner.clock.now())
    runner.hub.publish(try await store.commit(batch))
  }
}
