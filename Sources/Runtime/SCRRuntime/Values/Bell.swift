import Synchronization

/// Wakes whoever looks for work. Rings that come while nobody waits are kept as one.
///
/// Unlike a stream's iterator it can be waited for again after a wait was cancelled.
package final class Bell: Sendable {
  private struct State {
    var hasRung = false
    var waiter: OneShot<Void>?
  }

  private let state = Mutex(State())

  package init() {}

  package func ring() {
    let waiter = state.withLock { state -> OneShot<Void>? in
      if let waiter = state.waiter {
        state.waiter = nil
        return waiter
      }
      state.hasRung = true
      return nil
    }
    waiter?.fire(())
  }

  /// Returns at the next ring, at once if there was one since the last wait, or when the task is cancelled.
  /// Only one task may wait at a time.
  package func wait() async {
    let next = state.withLock { state -> OneShot<Void>? in
      if state.hasRung {
        state.hasRung = false
        return nil
      }
      let next = OneShot<Void>()
      state.waiter = next
      return next
    }
    guard let next else { return }
    _ = await next.value()
    state.withLock { state in
      if state.waiter === next { state.waiter = nil }
    }
  }

  /// How late a moment may be noticed after the wall clock was set forward: waits are by the monotonic clock.
  package static let longestWait: Duration = .seconds(60)

  /// Waits for a ring or for `moment`, whichever is first; without a moment for a ring alone. Comes back earlier than the
  /// moment after ``longestWait``: the wall clock may have been set.
  ///
  /// - Parameter looked: all that was due by then was done. A `moment` before it stands for something that cannot be done,
  ///   such as a row that cannot be read; it must not keep the looker from resting.
  /// - Throws: `CancellationError`.
  package func wait(until moment: Timestamp?, looked: Timestamp, by clock: any RuntimeClock) async throws {
    let end = moment.map { $0 <= looked ? looked + Self.longestWait : $0 }
    _ = try await untilTime(end, atMost: Self.longestWait, by: clock) { [self] in await wait() }
    try Task.checkCancellation()
  }
}
