import SCRProtocol

/// Takes a claimed task up from the store and lets it be run, as often as needed until it has left our hands.
struct TaskTakeUp: Sendable {
  let runner: TaskRunner
  let registry: ToolRegistry
  let incarnation: Incarnation

  private var store: any TaskStore { runner.store }

  /// - Throws: `StoreError`.
  func run(_ id: TaskID) async throws(StoreError) {
    // Before the waits are read, so that no answer falls between.
    let news = runner.waits.listen(for: id)
    defer { runner.waits.forget(id) }
    while let task = try await store.task(id), task.state == .running, task.lease?.owner == incarnation {
      if task.cancelRequested { runner.stop.fire(.cancelled) }
      let plan: Plan
      do throws(RuntimeError) { plan = try Planner.plan(of: task) } catch {
        return try await fail(task, TaskReason(error.kind, error.message, hint: error.hint))
      }
      if try await runner.run(try await run(of: task, plan), news) { return }
    }
  }

  private func run(of task: AgentTask, _ plan: Plan) async throws(StoreError) -> TaskRun {
    let records = try await store.steps(of: task.id)
    let waiting = Set(records.filter { $0.state == .waiting }.map(\.stepID))
    return TaskRun(
      task: task, plan: plan, records: records,
      news: try await runner.waits.news(of: task.id, childrenFor: waiting),
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
