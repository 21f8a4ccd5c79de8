import SCRProtocol

/// Submits the tasks of schedules when their ticks come.
///
/// The tasks of a tick and the schedule's progress are one commit, fenced by the schedule's revision: a crash before it
/// leaves the tick to the next life, one after it leaves nothing to do, and of two runtimes one submits.
final class ScheduleWatch: Sendable {
  private let store: any TaskStore
  private let hub: EventHub
  private let clock: any RuntimeClock
  private let limits: LiveConfiguration
  private var configuration: RuntimeConfiguration { limits.current }
  private let queueRoom: QueueRoom
  private let controls: QueueControls
  private let notice: @Sendable (String) -> Void
  /// They can be claimed, and perhaps there is a deadline to look at.
  private let onQueued: @Sendable ([AgentTask]) -> Void
  private let bell = Bell()

  /// Schedules that are looked at before those that were due first are asked for again.
  private static let batchSize = 500

  init(
    store: any TaskStore, hub: EventHub, clock: any RuntimeClock, limits: LiveConfiguration,
    queueRoom: QueueRoom, controls: QueueControls, notice: @escaping @Sendable (String) -> Void,
    onQueued: @escaping @Sendable ([AgentTask]) -> Void
  ) {
    self.store = store
    self.hub = hub
    self.clock = clock
    self.limits = limits
    self.queueRoom = queueRoom
    self.controls = controls
    self.notice = notice
    self.onQueued = onQueued
  }

  /// A schedule was written.
  func look() { bell.ring() }

  /// Runs until cancelled.
  /// - Throws: `StoreError`; its supervisor starts it again.
  func run(_ life: ChildContext? = nil) async throws {
    while !Task.isCancelled {
      life?.progress()
      let now = clock.now()
      let due = try await store.documents(
        DocumentQuery(.schedule, isOpen: true, dueBy: now, order: .dueFirst, limit: Self.batchSize))
      for document in due.documents { try await fire(document, now) }
      // What stays due waits for another runtime, for room in the queue, or for a hand: it is looked at each minute.
      let nearest = try await store.nearestDue(.schedule)
      life?.idle()
      try await bell.wait(until: nearest, looked: now, by: clock)
    }
  }

  private func fire(_ document: StoreDocument, _ now: Timestamp) async throws(StoreError) {
    guard let old = TaskSchedule(document) else {
      return notice("the schedule \(document.id) cannot be read: remove it, or put it anew")
    }
    guard old.workspaceRoot == configuration.workspaceRoot else { return }
    // Refused where somebody took a key in the same moment; then it is looked at anew.
    while !Task.isCancelled {
      var firing = ScheduleFiring(old, revision: document.revision, now: now)
      do {
        let ticks = try firing.advance(configuration.zones)
        try firing.submit(try await free(ticks, of: old), configuration)
      } catch let error as StoreError { throw error } catch { firing.fail("\(error)") }
      if try await commit(firing) { return }
    }
  }

  /// What is known of each tick: that it is free, or which task stands in its way.
  private func free(
    _ ticks: [Timestamp], of schedule: TaskSchedule
  ) async throws(StoreError) -> [ScheduleFiring.Tick] {
    var holder: TaskID?
    if let key = schedule.uniqueKey { holder = try await store.task(withUniqueKey: key) }
    var found: [ScheduleFiring.Tick] = []
    for tick in ticks {
      let same = try await store.task(withIdempotencyKey: schedule.idempotencyKey(tick))?.id
      found.append(ScheduleFiring.Tick(at: tick, holder: same ?? holder))
    }
    return found
  }

  /// - Returns: false if it is to be tried again at once.
  private func commit(_ firing: ScheduleFiring) async throws(StoreError) -> Bool {
    var taken: [AgentTask] = []
    do throws(RuntimeError) {
      for task in firing.tasks {
        try queueRoom.take(task)
        taken.append(task)
      }
    } catch {
      for task in taken { queueRoom.undo(task) }
      notice("the schedule \(firing.schedule.name) waits with what is due: \(error)")
      return true
    }
    var batch = firing.batch
    let template = firing.schedule.template
    let weight = taken.isEmpty ? nil : template.weight
    let change = try await weightChange(template.fairnessKey, to: weight)
    if let change { batch.changes.append(change) }
    do throws(StoreError) { hub.publish(try await store.commit(batch)) } catch {
      for task in taken { queueRoom.undo(task) }
      switch error.code {
      case .duplicateKey, .duplicateUnique: return false
      // Another runtime did it, or somebody wrote the schedule anew: who did looks.
      case .preconditionFailed: return true
      default: throw error
      }
    }
    if change != nil, let weight { await controls.tookWeight(weight, of: template.fairnessKey) }
    if !firing.tasks.isEmpty { onQueued(firing.tasks) }
    return true
  }

  /// Where there is no room for another weight, its tasks have the one that their key has.
  private func weightChange(_ key: String, to weight: Int?) async throws(StoreError) -> StoreChange? {
    guard let weight else { return nil }
    do throws(RuntimeError) { return try await controls.weightChange(key, to: weight) } catch {
      if let failure = error.cause as? StoreError { throw failure }
      notice("the key \(key) keeps its weight: \(error)")
      return nil
    }
  }
}
