import Synchronization

/// Hands committed events to subscribers, in the order of their numbers, and deltas between them.
///
/// Events of concurrent commits may be handed in out of order; those that came early wait for the missing ones.
package final class EventHub: Sendable {
  private struct State {
    var next: Int64
    var early: [Int64: RuntimeEvent] = [:]
    /// Deltas since the newest event.
    var parts: Int64 = 0
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
      guard !ready.isEmpty else { return [] }
      state.parts = 0
      return state.subscribers.values.filter { $0.buffer(ready) }
    }
    for subscription in woken { subscription.wake() }
  }

  /// Tells those who want deltas; nothing is kept for others. `draft` has no number of its own.
  package func publish(delta draft: EventDraft, at moment: Timestamp) {
    let woken = state.withLock { state -> [EventSubscription] in
      state.parts += 1
      let delta = EventDelta(
        after: state.next - 1, part: state.parts, at: moment, kind: draft.kind, taskID: draft.taskID,
        stepID: draft.stepID, data: draft.data)
      return state.subscribers.values.filter { $0.buffer(delta) }
    }
    for subscription in woken { subscription.wake() }
  }

  /// - Parameters:
  ///   - taskID: only this task's events.
  ///   - kinds: only events of these kinds; nil for all.
  ///   - capacity: events that wait for a slow reader; above it all of them are dropped, and the reader is told to read
  ///     them from the store.
  ///   - deltaCapacity: deltas that wait for a slow reader; above it further ones are lost and counted
  ///     (``EventSubscription/droppedDeltas``). 0 wants none.
  package func subscribe(
    taskID: TaskID? = nil, kinds: Set<EventKind>? = nil, capacity: Int = 1024, deltaCapacity: Int = 0
  ) -> EventSubscription {
    state.withLock { state in
      state.nextID += 1
      let id = state.nextID
      let subscription = EventSubscription(
        taskID: taskID, kinds: kinds, since: state.next - 1, capacity: capacity, deltaCapacity: deltaCapacity,
        onEnd: { [weak self] in self?.remove(id) })
      state.subscribers[id] = subscription
      return subscription
    }
  }

  /// The number of the newest event that subscribers have got.
  package var newest: Int64 { state.withLock { $0.next - 1 } }

  private func remove(_ id: Int) { state.withLock { $0.subscribers[id] = nil } }
}
