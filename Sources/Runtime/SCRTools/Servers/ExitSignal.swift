import Synchronization

/// The end of a process, awaited by one task; its cancellation gives nil at once.
final class ExitSignal: Sendable {
  private enum State {
    case idle
    case waiting(CheckedContinuation<String?, Never>)
    case ended(String?)
  }
  private let state = Mutex(State.idle)

  func fire(_ status: String) { settle(status) }

  private func settle(_ status: String?) {
    let waiter: CheckedContinuation<String?, Never>? = state.withLock { state in
      switch state {
      case .waiting(let continuation):
        state = .ended(status)
        return continuation
      case .idle:
        state = .ended(status)
        return nil
      case .ended: return nil
      }
    }
    waiter?.resume(returning: status)
  }

  func value() async -> String? {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let early: String?? = state.withLock { state in
          if case .ended(let status) = state { return .some(status) }
          state = .waiting(continuation)
          return nil
        }
        if let early { continuation.resume(returning: early) }
      }
    } onCancel: {
      settle(nil)
    }
  }
}

/// Runs one task at a time; starting another cancels the one before. Ends with its owner.
final class LatestTask: Sendable {
  private let task = Mutex<Task<Void, Never>?>(nil)

  func start(_ body: @escaping @Sendable () async -> Void) {
    let previous = task.withLock { current in
      defer { current = Task { await body() } }
      return current
    }
    previous?.cancel()
  }

  deinit { task.withLock { $0?.cancel() } }
}
