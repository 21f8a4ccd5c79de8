package import SCRProtocol
package import SCRRuntime
import Synchronization

/// Tasks whose submission is not answered yet: streams of the same connection hold their events back until it is, so
/// that the answer precedes a task's first event (interface.md §3).
package final class AnswerHolds: Sendable {
  private struct State {
    var requests: [TaskID: RequestID] = [:]
    var waiters: [TaskID: [Int: CheckedContinuation<Void, Never>]] = [:]
    var nextID = 0
  }

  private let state = Mutex(State())

  package init() {}

  /// To be called before the task is submitted, by the task that works for `request`.
  package func hold(_ task: TaskID, until request: RequestID) {
    state.withLock { $0.requests[task] = request }
    // A cancellation that came before has told `answered` already.
    if Task.isCancelled { release(task) }
  }

  package func release(_ task: TaskID) {
    let waiters = state.withLock { state in
      state.requests[task] = nil
      return state.waiters.removeValue(forKey: task)
    }
    for waiter in waiters?.values ?? [:].values { waiter.resume() }
  }

  /// The answer to `request` was queued, or there will be none.
  package func answered(_ request: RequestID) {
    let tasks = state.withLock { state in
      state.requests.isEmpty ? [] : state.requests.filter { $0.value == request }.map(\.key)
    }
    for task in tasks { release(task) }
  }

  package func isHeld(_ task: TaskID) -> Bool { state.withLock { $0.requests[task] != nil } }

  /// Returns once the submission of `task` is answered, at once for tasks that nobody holds, or when the caller is
  /// cancelled.
  package func pass(_ task: TaskID) async {
    guard isHeld(task) else { return }
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isFree = state.withLock { state in
          if state.requests[task] == nil || Task.isCancelled { return true }
          state.waiters[task, default: [:]][id] = continuation
          return false
        }
        if isFree { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters[task]?.removeValue(forKey: id) }?.resume()
    }
  }
}
