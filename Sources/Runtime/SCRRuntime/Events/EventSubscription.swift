import Synchronization

/// One reader of events. Only one task may wait in ``next()`` at a time.
package final class EventSubscription: Sendable {
  package enum Delivery: Sendable, Hashable {
    case events([RuntimeEvent])
    /// Only for those who asked for them.
    case deltas([EventDelta])
    /// The reader was too slow: events after `since` are in the store only.
    case lagged(since: Int64)
  }

  private struct State {
    var buffer: EventBuffer
    var hasEnded = false
    var waiter: CheckedContinuation<Void, Never>?
  }

  package let taskID: TaskID?
  /// Only these; nil for all.
  private let kinds: Set<EventKind>?
  /// Everything after this number is delivered; what came before is in the store.
  package let since: Int64
  private let state: Mutex<State>
  private let onEnd: @Sendable () -> Void

  init(
    taskID: TaskID?, kinds: Set<EventKind>? = nil, since: Int64, capacity: Int, deltaCapacity: Int,
    onEnd: @escaping @Sendable () -> Void
  ) {
    self.taskID = taskID
    self.kinds = kinds
    self.since = since
    self.onEnd = onEnd
    state = Mutex(State(buffer: EventBuffer(since: since, capacity: capacity, deltaCapacity: deltaCapacity)))
  }

  /// Deltas that were lost because this reader was too slow.
  package var droppedDeltas: Int { state.withLock { $0.buffer.droppedDeltas } }

  /// - Returns: whether a reader should be woken.
  func buffer(_ events: [RuntimeEvent]) -> Bool {
    state.withLock { state in
      var wanted = taskID == nil ? events : events.filter { $0.taskID == taskID }
      if let kinds { wanted.removeAll { !kinds.contains($0.kind) } }
      guard let last = wanted.last, !state.hasEnded else { return false }
      state.buffer.add(wanted, last: last.sequence)
      return state.waiter != nil
    }
  }

  /// - Returns: whether a reader should be woken.
  func buffer(_ delta: EventDelta) -> Bool {
    state.withLock { state in
      guard taskID == nil || delta.taskID == taskID, !state.hasEnded else { return false }
      state.buffer.add(delta)
      return state.waiter != nil && !state.buffer.isEmpty
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
      if let delivery = state.withLock({ $0.buffer.take() }) { return delivery }
      await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
          let isReady = state.withLock { state in
            if state.hasEnded || !state.buffer.isEmpty { return true }
            state.waiter = continuation
            return false
          }
          if isReady { continuation.resume() }
        }
      } onCancel: {
        end()
      }
      if state.withLock({ $0.hasEnded && $0.buffer.isEmpty }) { return nil }
    }
  }

  /// No more events; what is buffered can still be read.
  package func end() {
    state.withLock { $0.hasEnded = true }
    wake()
    onEnd()
  }
}
