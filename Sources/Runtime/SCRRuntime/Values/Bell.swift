import Synchronization

/// Wakes whoever waits for it; rung while nobody waits, it wakes the next one at once, however often it rang.
///
/// Not an `AsyncStream`: that ends for good when one wait in it is cancelled, and every later wait returns at once.
package final class Bell: Sendable {
  private struct State {
    var isRung = false
    var nextID = 0
    var waiters: [Int: CheckedContinuation<Bool, Never>] = [:]
  }

  private let state = Mutex(State())

  package init() {}

  package func ring() {
    let waiters = state.withLock { state -> [CheckedContinuation<Bool, Never>] in
      defer { state.waiters = [:] }
      if state.waiters.isEmpty { state.isRung = true }
      return Array(state.waiters.values)
    }
    for waiter in waiters { waiter.resume(returning: true) }
  }

  /// Waits until it rings.
  /// - Returns: false as soon as the task is cancelled.
  @discardableResult
  package func heard() async -> Bool {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let answer = state.withLock { state -> Bool? in
          if Task.isCancelled { return false }
          if state.isRung {
            state.isRung = false
            return true
          }
          state.waiters[id] = continuation
          return nil
        }
        if let answer { continuation.resume(returning: answer) }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: id) }?.resume(returning: false)
    }
  }
}
