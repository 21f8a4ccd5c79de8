#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The only source of time in the runtime, so that tests move it by hand.
package protocol RuntimeClock: Sendable {
  /// Wall-clock time. It may jump backwards; use it for what is shown and stored, and for deadlines of days.
  func now() -> Timestamp

  /// Waits by the monotonic clock.
  /// - Throws: `CancellationError` as soon as the task is cancelled.
  func sleep(for duration: Duration) async throws

  /// Waits as long as it is until `moment` by the wall clock as it stands when the wait begins, and `longest` at most, if given.
  /// - Throws: `CancellationError` as soon as the task is cancelled.
  func sleep(until moment: Timestamp, atMost longest: Duration?) async throws
}

extension RuntimeClock {
  package func sleep(until moment: Timestamp, atMost longest: Duration?) async throws {
    let length = max(.zero, moment.since(now()))
    try await sleep(for: min(longest ?? length, length))
  }
}

/// The machine's clocks.
package struct SystemClock: RuntimeClock {
  package init() {}

  package func now() -> Timestamp {
    Timestamp(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)))
  }

  package func sleep(for duration: Duration) async throws { try await ContinuousClock().sleep(for: duration) }
}
