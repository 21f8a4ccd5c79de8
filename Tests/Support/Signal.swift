import SCRRuntime
import Synchronization

/// Counts firings and lets a test await the n-th one; the value of each is kept.
package final class Signal<Value: Sendable>: Sendable {
  private struct State {
    var values: [Value] = []
    var waiters: [(count: Int, continuation: CheckedContinuation<[Value], Never>)] = []
  }

  private let state = Mutex(State())

  package init() {}

  package func fire(_ value: Value) {
    let (ready, values) = state.withLock { state in
      state.values.append(value)
      let reached = state.values.count
      let ready = state.waiters.filter { $0.count <= reached }
      state.waiters.removeAll { $0.count <= reached }
      return (ready, state.values)
    }
    for waiter in ready { waiter.continuation.resume(returning: Array(values.prefix(waiter.count))) }
  }

  /// The first `count` values, as soon as there are that many.
  package func values(_ count: Int) async -> [Value] {
    await withCheckedContinuation { continuation in
      let ready: [Value]? = state.withLock { state in
        if state.values.count >= count { return Array(state.values.prefix(count)) }
        state.waiters.append((count, continuation))
        return nil
      }
      if let ready { continuation.resume(returning: ready) }
    }
  }

  /// The first value that fits, as soon as it has come.
  package func first(where fits: (Value) -> Bool) async -> Value {
    var count = 1
    while true {
      let newest = await values(count)[count - 1]
      if fits(newest) { return newest }
      count += 1
    }
  }

  package var all: [Value] { state.withLock { $0.values } }
}

extension Signal where Value == Void {
  package func fire() { fire(()) }
}

/// Holds callers back until it is opened.
package final class Gate: Sendable {
  private let opened = OneShot<Void>()
  package init() {}
  package func open() { opened.fire(()) }

  /// - Throws: `CancellationError` as soon as the task is cancelled.
  package func pass() async throws {
    if await opened.value() == nil { throw CancellationError() }
  }
}
