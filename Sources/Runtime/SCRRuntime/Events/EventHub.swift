import Synchronization

/// Hands committed events to subscribers, in the order of their numbers.
///
/// Events of concurrent commits may be handed in out of order; those that came early wait for the missing ones.
package final class EventHub: Sendable {
  private struct State {
    var next: Int64
    var early: [Int64: RuntimeEvent] = [:]
    var subscribers: [Int: EventSubscription] = [:]
    var nextID = 0
  }

  private let state: Mutex<State>

  /// - Parameter last: the newest number that the store has given out.
  package init(after last: Int64) { state = Mutex(State(next: last + 1)) }

  package func publish(_ events: [RuntimeEvent]) {
    guard !events.isEmpty else { return }
    // Under the lock, so that two publishers cannot overtake each other on the way to a subscriber.
    let woken = state.withLock { state -> [EventSubscription] in
      for event in events { state.early[event.sequence] = event }
      var ready: [RuntimeEvent] = []
      while let event = state.early.removeValue(forKey: state.next) {
        ready.append(event)
        state.next += 1
      }
      return ready.isEmpty ? [] : state.subscribers.values.filter { $0.buffer(ready) }
    }
    for subscription in woken { subscription.wake() }
  }

  /// - Parameters:
  ///   - taskID: only this task's events.
  ///   - capacity: events that wait for a slow reader; above it all of them are dropped, and the reader is told to read
  ///     them from the store.
  package func subscribe(taskID: TaskID? = nil, capacity: Int = 1024) -> EventSubscription {
    state.withLock { state in
      state.nextID += 1
      let id = state.nextID
      let subscription = EventSubscription(
        taskID: taskID, since: state.next - 1, capacity: capacity, onEnd: { [weak self] in self?.remove(id) })
      state.subscribers[id] = subscription
      return subscription
    }
  }

  /// The number of the newest event that subscribers have got.
  package var newest: Int64 { state.withLock { $0.next - 1 } }

  private func remove(_ id: Int) { state.withLock { $0.subscribers[id] = nil } }
}

/// One reader of events. Only one task may wait in ``next()`` at a time.
package final class EventSubscription: Sendable {
  package enum Delivery: Sendable, Hashable {
    case events([RuntimeEvent])
    /// The reader was too slow: events after `since` are in the store only.
    case lagged(since: Int64)
  }

  private struct State {
    var buffer: [RuntimeEvent] = []
    /// The newest that was buffered, or thrown away for want of room.
    var newest: Int64
    /// The newest that was told of, with the event itself or as one to be read from the store.
    var lastTold: Int64
    var hasLagged = false
    var hasEnded = false
    var waiter: CheckedContinuation<Void, Never>?
  }

  package let taskID: TaskID?
  /// Everything after this number is delivered; what came before is in the store.
  package let since: Int64
  private let capacity: Int
  private let state: Mutex<State>
  private let onEnd: @Sendable () -> Void

  init(taskID: TaskID?, since: Int64, capacity: Int, onEnd: @escaping @Sendable () -> Void) {
    self.taskID = taskID
    self.since = since
    self.capacity = capacity
    self.onEnd = onEnd
    state = Mutex(State(newest: since, lastTold: since))
  }

  /// - Returns: whether a reader should be woken.
  func buffer(_ events: [RuntimeEvent]) -> Bool {
    state.withLock { state in
      let wanted = taskID == nil ? events : events.filter { $0.taskID == taskID }
      guard let last = wanted.last, !state.hasEnded else { return false }
      state.newest = last.sequence
      if state.hasLagged { return state.waiter != nil }
      if state.buffer.count + wanted.count > capacity {
        state.hasLagged = true
        state.buffer = []
      } else {
        state.buffer += wanted
      }
      return state.waiter != nil
    }
  }

  func wake() {
    state.withLock { state in
      defer { state.waiter = nil }
      return state.waiter
    }?.resume()
  }

  /// The events since the last call, waiting for the first. Nil once ended or when the task is cancelled.
  package func next() async -> Delivery? {
    while true {
      if let delivery = state.withLock({ Self.take(&$0) }) { return delivery }
      await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
          let isReady = state.withLock { state in
            if state.hasEnded || !state.buffer.isEmpty || state.hasLagged { return true }
            state.waiter = continuation
            return false
          }
          if isReady { continuation.resume() }
        }
      } onCancel: {
        end()
      }
      if state.withLock({ $0.hasEnded && $0.buffer.isEmpty && !$0.hasLagged }) { return nil }
    }
  }

  private static func take(_ state: inout State) -> Delivery? {
    defer { state.lastTold = state.newest }
    if state.hasLagged {
      state.hasLagged = false
      return .lagged(since: state.lastTold)
    }
    if state.buffer.isEmpty { return nil }
    defer { state.buffer = [] }
    return .events(state.buffer)
  }

  /// No more events; what is buffered can still be read.
  package func end() {
    state.withLock { $0.hasEnded = true }
    wake()
    onEnd()
  }
}
