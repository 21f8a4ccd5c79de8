import Synchronization

/// A value that comes once and that many tasks may await. The first ``fire(_:)`` wins.
package final class OneShot<Value: Sendable>: Sendable {
  private struct State {
    var value: Value?
    var nextID = 0
    var waiters: [Int: CheckedContinuation<Value?, Never>] = [:]
  }

  private let state = Mutex(State())

  package init() {}

  package func fire(_ value: Value) {
    let waiters = state.withLock { state -> [CheckedContinuation<Value?, Never>] in
      guard state.value == nil else { return [] }
      state.value = value
      defer { state.waiters = [:] }
      return Array(state.waiters.values)
    }
    for waiter in waiters { waiter.resume(returning: value) }
  }

  /// The value, if it has come already.
  package var current: Value? { state.withLock(\.value) }

  /// Waits for the value; nil as soon as the task is cancelled.
  package func value() async -> Value? {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let (isOver, value) = state.withLock { state -> (Bool, Value?) in
          if state.value != nil || Task.isCancelled { return (true, state.value) }
          state.waiters[id] = continuation
          return (false, nil)
        }
        if isOver { continuation.resume(returning: value) }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: id) }?.resume(returning: nil)
    }
  }
}
