import SCRProtocol
import SCRRuntime
import SCRServer

/// Follows one task from its submission to its end: shows progress, passes events on, and takes signals.
@MainActor final class TaskFollower {
  enum End: Sendable {
    case ended(TaskSnapshot)
    /// Somebody has to decide something before it goes on.
    case waiting(TaskSnapshot)
    /// A signal that leaves the task where it is.
    case interrupted(Int32)
  }

  private let runtime: CognitiveRuntime
  private let id: TaskID
  private let display: ProgressDisplay
  private let onEvents: ([RuntimeEvent]) -> Void
  private let subscription: EventSubscription
  /// Whether the newest event that says so left the task ended, or waiting for somebody.
  private var isSettled = false
  /// The signal that came, if any.
  private(set) var signal: Int32?

  /// To be made before the task is submitted where possible, so that its events need not be read from the store.
  init(
    _ id: TaskID, runtime: CognitiveRuntime, display: ProgressDisplay,
    onEvents: @escaping ([RuntimeEvent]) -> Void = { _ in }
  ) {
    self.id = id
    self.runtime = runtime
    self.display = display
    self.onEvents = onEvents
    subscription = runtime.subscribe(taskID: id, deltaCapacity: display.wantsDeltas ? 512 : 0)
  }

  /// SIGINT cancels the task, other signals leave it to the next start.
  func follow(_ signals: TerminationSignals) async throws -> End {
    display.begin()
    defer { subscription.end() }
    let isSettled: Bool
    do { isSettled = try await settle(signals) } catch {
      display.end()
      throw error
    }
    display.end()
    if !isSettled, let signal { return .interrupted(signal) }
    let snapshot = try await runtime.task(id)
    return snapshot.task.state.isFinal ? .ended(snapshot) : .waiting(snapshot)
  }

  private func settle(_ signals: TerminationSignals) async throws -> Bool {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await self.watch(signals) }
      group.addTask { await self.display.animate() }
      group.addTask { [runtime, subscription] in
        // No event will come any more.
        if await runtime.storeLoss.value() != nil { subscription.end() }
      }
      defer { group.cancelAll() }
      let isSettled = try await readEvents()
      if !isSettled, let loss = runtime.storeLoss.current { throw loss }
      return isSettled
    }
  }

  private func watch(_ signals: TerminationSignals) async throws {
    guard let number = await signals.first() else { return }
    signal = number
    if number == TerminationSignals.interrupt { _ = try await runtime.cancel(id) } else { subscription.end() }
  }

  /// - Returns: false if the events ended before the task settled.
  private func readEvents() async throws -> Bool {
    if try await catchUp(0, until: subscription.since) { return true }
    while let delivery = await subscription.next() {
      switch delivery {
      case .events(let events): if take(events) { return true }
      case .deltas(let deltas): display.apply(deltas)
      case .lagged(let since): if try await catchUp(since) { return true }
      }
    }
    return false
  }

  /// Reads what the subscription does not have from the store.
  private func catchUp(_ since: Int64, until last: Int64 = .max) async throws -> Bool {
    var since = since
    while true {
      let events = try await runtime.events(since: since, taskID: id, limit: 500).filter { $0.sequence <= last }
      guard let newest = events.last else { return isSettled }
      since = newest.sequence
      _ = take(events)
    }
  }

  private func take(_ events: [RuntimeEvent]) -> Bool {
    display.apply(events)
    onEvents(events)
    for event in events { isSettled = event.settles ?? isSettled }
    return isSettled
  }
}
