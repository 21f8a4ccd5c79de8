import SCRProtocol

/// Ends tasks whose deadline passes while nobody works on them: scheduled, queued, or waiting for somebody to decide. Those
/// that run are their runner's.
final class DeadlineWatch: Sendable {
  private let store: any TaskStore
  private let hub: EventHub
  private let clock: any RuntimeClock
  private let queueRoom: QueueRoom
  private let bell: Bell

  private static let batchSize = 100

  /// - Parameter bell: may be rung by others, as ``look()`` does.
  init(store: any TaskStore, hub: EventHub, clock: any RuntimeClock, queueRoom: QueueRoom, bell: Bell = Bell()) {
    self.store = store
    self.hub = hub
    self.clock = clock
    self.queueRoom = queueRoom
    self.bell = bell
  }

  /// A task with a deadline was accepted, or is back in the queue.
  func look() { bell.ring() }

  /// Runs until cancelled.
  /// - Throws: `StoreError`; its supervisor starts it again.
  func run(_ life: ChildContext? = nil) async throws {
    while !Task.isCancelled {
      life?.progress()
      let now = clock.now()
      try await endOverdue(now)
      let nearest = try await store.nearestDeadline()
      life?.idle()
      try await bell.wait(until: nearest, looked: now, by: clock)
    }
  }

  private func endOverdue(_ now: Timestamp) async throws(StoreError) {
    while true {
      let tasks = try await store.overdue(at: now, limit: Self.batchSize)
      for task in tasks { try await end(task) }
      if tasks.count < Self.batchSize { return }
    }
  }

  private func end(_ task: AgentTask) async throws(StoreError) {
    let reason = TaskReason(.timeout, "the task did not end before its deadline")
    let snapshot = TaskSnapshot(task: task, steps: try await store.steps(of: task.id))
    do throws(StoreError) {
      let waits = try await store.waits(of: task.id, isOpen: true)
      hub.publish(
        try await store.commit(TaskEnding.batch(snapshot, waits: waits, as: .failed, reason, now: clock.now())))
    } catch {
      guard error.code == .preconditionFailed else { throw error }
      // It went on under our eyes, and may be idle again: look once more.
      return bell.ring()
    }
    if task.state.takesQueueRoom { queueRoom.giveBack(task) }
  }
}
