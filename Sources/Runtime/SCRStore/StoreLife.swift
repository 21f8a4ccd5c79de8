import SCRRuntime
import Synchronization

/// Lets operations in until the store is closed, and lets the closer go on when the last of them has left.
final class StoreLife: Sendable {
  private struct State {
    var isClosing = false
    var isClosed = false
    var inside = 0
    var closer: CheckedContinuation<Void, Never>?
    var followers: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  /// Each call that returns is followed by one of ``leave()``.
  /// - Throws: `StoreError.closed`
  func enter() throws(StoreError) {
    let isOpen = state.withLock { state in
      if !state.isClosing { state.inside += 1 }
      return !state.isClosing
    }
    guard isOpen else { throw .storeClosed }
  }

  func leave() {
    let closer = state.withLock { state in
      state.inside -= 1
      return state.inside == 0 ? state.closer.take() : nil
    }
    closer?.resume()
  }

  /// Waits until nobody is inside.
  /// - Returns: true for the first caller, who then closes and calls ``finish()``; the others wait for that.
  func beginClosing() async -> Bool {
    let isFirst = state.withLock { state in
      defer { state.isClosing = true }
      return !state.isClosing
    }
    await withCheckedContinuation { continuation in
      let mayGoOn = state.withLock { state in
        if isFirst ? state.inside == 0 : state.isClosed { return true }
        if isFirst { state.closer = continuation } else { state.followers.append(continuation) }
        return false
      }
      if mayGoOn { continuation.resume() }
    }
    return isFirst
  }

  func finish() {
    let followers = state.withLock { state in
      state.isClosed = true
      defer { state.followers = [] }
      return state.followers
    }
    for follower in followers { follower.resume() }
  }
}
