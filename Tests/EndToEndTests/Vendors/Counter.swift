import Synchronization

/// So many times, and then no more.
final class Counter: Sendable {
  private let left: Mutex<Int>
  init(_ count: Int) { left = Mutex(count) }

  /// - Returns: false once there is nothing left.
  func take() -> Bool {
    left.withLock { left in
      defer { left = max(0, left - 1) }
      return left > 0
    }
  }
}
