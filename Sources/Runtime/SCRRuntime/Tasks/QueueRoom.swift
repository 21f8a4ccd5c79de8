import Synchronization

/// Counts the tasks that wait in the queue, so that its bound costs no query.
package final class QueueRoom: Sendable {
  private let queued: Mutex<Int>

  init(queued: Int) { self.queued = Mutex(queued) }

  /// - Returns: false at the limit.
  func take(limit: Int) -> Bool {
    queued.withLock { queued in
      guard queued < limit else { return false }
      queued += 1
      return true
    }
  }

  /// A task has gone back to the queue without a new submission.
  func takeBack() { queued.withLock { $0 += 1 } }
  func giveBack() { queued.withLock { $0 = max(0, $0 - 1) } }
}
