package import SCRRuntime
import Synchronization

/// A clock that only a test moves. Sleepers wake when ``advance(by:)`` passes their moment.
package final class ManualClock: RuntimeClock {
  fileprivate struct Sleeper {
    let id: Int
    let due: Int64
    let continuation: CheckedContinuation<Void, any Error>
  }

  fileprivate struct Watcher {
    let count: Int
    /// Counts those only that wake no earlier and no later.
    let window: ClosedRange<Int64>
    let continuation: CheckedContinuation<Void, Never>
  }

  /// What becomes of who lies down.
  fileprivate enum Bedtime {
    case cancelled
    case due
    case asleep([CheckedContinuation<Void, Never>])
  }

  fileprivate struct State {
    var now: Int64
    /// How far the wall clock was set away from what passed.
    var jump: Int64 = 0
    var nextID = 0
    var sleepers: [Sleeper] = []
    var cancelled: Set<Int> = []
    var watchers: [Watcher] = []
  }

  private let state: Mutex<State>

  package init(now: Timestamp = Timestamp(milliseconds: 1_700_000_000_000)) {
    state = Mutex(State(now: now.milliseconds))
  }

  package func now() -> Timestamp { state.withLock { Timestamp(milliseconds: $0.now + $0.jump) } }

  package func sleep(for duration: Duration) async throws { try await sleep { $0.now + duration.milliseconds } }

  /// Time that is moved on before the sleeper lies down counts.
  package func sleep(until moment: Timestamp, atMost longest: Duration?) async throws {
    try await sleep { state in
      let due = moment.milliseconds - state.jump
      return longest.map { min(state.now + $0.milliseconds, due) } ?? due
    }
  }

  /// - Parameter due: when to wake, by the time that passes.
  private func sleep(until due: @escaping @Sendable (borrowing State) -> Int64) async throws {
    try Task.checkCancellation()
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let outcome: Bedtime = state.withLock { state in
          if state.cancelled.remove(id) != nil { return .cancelled }
          let due = due(state)
          if due <= state.now { return .due }
          state.sleepers.append(Sleeper(id: id, due: due, continuation: continuation))
          return .asleep(state.takeReadyWatchers())
        }
        switch outcome {
        case .cancelled: continuation.resume(throwing: CancellationError())
        case .due: continuation.resume()
        case .asleep(let ready): for watcher in ready { watcher.resume() }
        }
      }
    } onCancel: {
      let sleeper: Sleeper? = state.withLock { state in
        if let place = state.sleepers.firstIndex(where: { $0.id == id }) { return state.sleepers.remove(at: place) }
        state.cancelled.insert(id)
        return nil
      }
      sleeper?.continuation.resume(throwing: CancellationError())
    }
  }

  /// Moves time on and wakes everybody whose moment has come, in the order of their moments.
  package func advance(by duration: Duration) {
    let due: [Sleeper] = state.withLock { state in
      state.now += duration.milliseconds
      let now = state.now
      let due = state.sleepers.filter { $0.due <= now }.sorted { $0.due < $1.due }
      state.sleepers.removeAll { $0.due <= now }
      return due
    }
    for sleeper in due { sleeper.continuation.resume() }
  }

  /// Sets the wall clock, forward or back; sleepers go by the time that passes and notice nothing.
  package func set(by jump: Duration) { state.withLock { $0.jump += jump.milliseconds } }

  /// Returns once at least `count` sleepers wait.
  ///
  /// - Parameters:
  ///   - limit: those only that wake within that time from now.
  ///   - start: those only that wake no earlier than that time from now.
  package func waitForSleepers(
    _ count: Int = 1, within limit: Duration? = nil, notBefore start: Duration = .zero
  ) async {
    await withCheckedContinuation { continuation in
      let ready: [CheckedContinuation<Void, Never>] = state.withLock { state in
        let latest = limit.map { state.now + $0.milliseconds } ?? .max
        let window = state.now + start.milliseconds...latest
        state.watchers.append(Watcher(count: count, window: window, continuation: continuation))
        return state.takeReadyWatchers()
      }
      for watcher in ready { watcher.resume() }
    }
  }
}

extension ManualClock.State {
  fileprivate mutating func takeReadyWatchers() -> [CheckedContinuation<Void, Never>] {
    let isReady = { [sleepers] (watcher: ManualClock.Watcher) in
      watcher.count <= sleepers.count { watcher.window.contains($0.due) }
    }
    let ready = watchers.filter(isReady).map(\.continuation)
    watchers.removeAll(where: isReady)
    return ready
  }
}
