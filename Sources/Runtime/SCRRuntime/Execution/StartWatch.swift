import SCRProtocol

/// Puts scheduled tasks into the queue when their time has come.
final class StartWatch: Sendable {
  private let store: any TaskStore
  private let hub: EventHub
  private let clock: any RuntimeClock
  private let bell: Bell
  /// The task can be claimed.
  private let onQueued: @Sendable (AgentTask) -> Void

  /// Tasks that share a commit.
  private static let batchSize = 100

  init(
    store: any TaskStore, hub: EventHub, clock: any RuntimeClock, bell: Bell,
    onQueued: @escaping @Sendable (AgentTask) -> Void
  ) {
    self.store = store
    self.hub = hub
    self.clock = clock
    self.bell = bell
    self.onQueued = onQueued
  }

  /// A task was scheduled.
  func look() { bell.ring() }

  /// Runs until cancelled. A clock that is set back delays nothing that is in the queue already; one that is set forward
  /// is noticed within ``Bell/longestWait``.
  /// - Throws: `StoreError`; its supervisor starts it again.
  func run(_ life: ChildContext? = nil) async throws {
    while !Task.isCancelled {
      life?.progress()
      let now = clock.now()
      try await startDue(now)
      let nearest = try await store.nearestStart()
      life?.idle()
      try await bell.wait(until: nearest, looked: now, by: clock)
    }
  }

  private func startDue(_ now: Timestamp) async throws(StoreError) {
    while !Task.isCancelled {
      let due = try await store.startable(at: now, limit: Self.batchSize)
      if !due.isEmpty {
        if try await !enqueue(due, now: now) {
          // One of them was cancelled under our eyes; it must not hold up the others.
          for task in due { _ = try await enqueue([task], now: now) }
        }
      }
      if due.count < Self.batchSize { return }
    }
  }

  /// - Returns: false if one of them is no longer as it was read.
  private func enqueue(_ due: [AgentTask], now: Timestamp) async throws(StoreError) -> Bool {
    var batch = StoreBatch(at: now)
    for var task in due {
      batch.preconditions += [.taskState(task.id, oneOf: [.scheduled]), .taskEpoch(task.id, task.epoch)]
      task.state = .queued
      task.updatedAt = now
      batch.changes.append(.updateTask(task))
      batch.events.append(
        EventDraft(.taskQueued, taskID: task.id, data: ["priority": JSONValue(task.priority.level), "due": true]))
    }
    do throws(StoreError) {
      hub.publish(try await store.commit(batch))
      for task in due { onQueued(task) }
      return true
    } catch {
      guard error.code == .preconditionFailed else { throw error }
      return false
    }
  }
}
