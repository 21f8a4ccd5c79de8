import Synchronization

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
