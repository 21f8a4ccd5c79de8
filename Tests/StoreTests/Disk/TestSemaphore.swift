import Dispatch

/// Holds a thread of SQLite's back: there is no task that could be suspended.
final class TestSemaphore: Sendable {
  private let semaphore = DispatchSemaphore(value: 0)
  func wait() { semaphore.wait() }
  func signal() { semaphore.signal() }
}
