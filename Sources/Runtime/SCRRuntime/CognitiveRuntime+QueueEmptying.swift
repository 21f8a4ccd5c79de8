import SCRProtocol

// Taking out of the queue what waits there.
extension CognitiveRuntime {
  /// Tasks that are ended at once share their commits.
  private static let atOnce = 64
  /// Tasks that are read at once, and the most that one page of a drain holds.
  package static let drainPages = 1...500

  /// Cancels what is queued or scheduled; what is submitted meanwhile stays.
  ///
  /// - Parameter states: of `queued` and `scheduled`.
  /// - Returns: how many tasks were cancelled.
  package func clearQueue(_ scope: QueueScope, states: Set<TaskState>) async throws(RuntimeError) -> Int {
    let began = clock.now()
    let reason = TaskReason(kind: TaskReason.cleared, message: "the queue it waited in was cleared")
    var query = TaskQuery(
      states: states.intersection([.queued, .scheduled]), taskClass: scope.taskClass, limit: Self.drainPages.upperBound)
    var count = 0
    do throws(StoreError) {
      repeat {
        let page = try await store.tasks(query)
        count += try await end(page.tasks.filter { $0.createdAt <= began }, reason).count
        query.cursor = page.nextCursor
      } while query.cursor != nil
      try await tell(.queueCleared, scope, count: count)
    } catch { throw RuntimeError(error) }
    return count
  }

  /// Takes nothing more into the scope and begins nothing of it, lets what runs come to its end, and takes out what still
  /// waits, page by page: the tasks end as cancelled, with the reason `drained`.
  ///
  /// - Parameter limit: of ``drainPages``; the most that is taken out by this call.
  /// - Returns: the tasks that were taken out, and whether others still wait.
  package func drainQueue(
    _ scope: QueueScope, until: Timestamp?, limit: Int
  ) async throws(RuntimeError) -> (tasks: [AgentTask], hasMore: Bool) {
    let drain = try pause(until)
    try await change(scope, []) { $0.drain = drain }
    let reason = TaskReason(
      kind: TaskReason.drained, message: "it was taken out of the queue when that was drained",
      hint: "scr tasks retry submits it again")
    let query = TaskQuery(
      states: [.queued, .scheduled], taskClass: scope.taskClass,
      limit: min(max(limit, Self.drainPages.lowerBound), Self.drainPages.upperBound))
    do throws(StoreError) {
      let page = try await store.tasks(query)
      let ended = try await end(page.tasks, reason)
      try await tell(.queueDrained, scope, until: until, count: ended.count)
      return (ended, page.nextCursor != nil)
    } catch { throw RuntimeError(error) }
  }

  private func tell(
    _ kind: EventKind, _ scope: QueueScope, until: Timestamp? = nil, count: Int
  ) async throws(StoreError) {
    let events = told(kind, scope, until: until, count: count)
    hub.publish(try await store.commit(StoreBatch(at: clock.now(), events: events)))
    if count > 0 { dispatcher.wake() }
  }

  /// - Returns: those that were still waiting, as they ended.
  private func end(_ tasks: [AgentTask], _ reason: TaskReason) async throws(StoreError) -> [AgentTask] {
    var ended: [AgentTask] = []
    for start in stride(from: 0, to: tasks.count, by: Self.atOnce) {
      let group = tasks[start..<min(start + Self.atOnce, tasks.count)]
      let outcomes = await withTaskGroup(of: (Int, Result<AgentTask?, StoreError>).self) { children in
        for (place, task) in group.enumerated() {
          children.addTask { [self] in
            do throws(StoreError) { return (place, .success(try await end(task, reason))) } catch {
              return (place, .failure(error))
            }
          }
        }
        return await children.reduce(into: []) { $0.append($1) }
      }
      for (_, outcome) in outcomes.sorted(by: { $0.0 < $1.0 }) {
        if let task = try outcome.get() { ended.append(task) }
      }
    }
    return ended
  }

  /// - Returns: nil if it does not wait any more.
  private func end(_ task: AgentTask, _ reason: TaskReason) async throws(StoreError) -> AgentTask? {
    let steps = task.epoch == 0 ? [] : try await store.steps(of: task.id)
    let waits = task.epoch == 0 ? [] : try await store.waits(of: task.id, isOpen: true)
    let batch = TaskEnding.batch(
      TaskSnapshot(task: task, steps: steps), waits: waits, as: .cancelled, reason, now: clock.now())
    do throws(StoreError) { hub.publish(try await store.commit(batch)) } catch {
      guard error.code == .preconditionFailed else { throw error }
      return nil
    }
    if task.state.takesQueueRoom { queueRoom.giveBack(task) }
    var ended = task
    (ended.state, ended.reason, ended.endedAt) = (.cancelled, reason, batch.at)
    return ended
  }
}
