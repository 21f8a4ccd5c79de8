import Synchronization

/// Signs of life of one call, which its time limit for silence waits for.
final class Pulse: Sendable {
  private struct State {
    var beats = 0
    var holds = 0
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  func beat() {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      state.beats += 1
      return state.waiter.take()
    }
    waiter?.resume()
  }

  /// The server waits for us meanwhile, so its silence means nothing.
  func whileHeld<Value>(_ body: () async throws -> Value) async rethrows -> Value {
    state.withLock { $0.holds += 1 }
    defer {
      state.withLock { $0.holds -= 1 }
      beat()
    }
    return try await body()
  }

  /// Returns once there was no sign of life for `limit`, or the task is cancelled. One task at a time may wait.
  func silence(of limit: Duration, by clock: any Clock<Duration>) async throws {
    while true {
      let seen = state.withLock(\.beats)
      let next: Void? = try await withDeadline(limit, clock: clock) { await self.beat(after: seen) }
      if next == nil, state.withLock({ $0.holds == 0 }) { return }
      try Task.checkCancellation()
    }
  }

  /// Returns at the first beat after so many, or when the task is cancelled.
  func beat(after seen: Int) async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          if state.beats > seen || Task.isCancelled { return true }
          state.waiter = continuation
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiter.take() }?.resume()
    }
  }

  var beats: Int { state.withLock(\.beats) }
}
