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

  package var all: [Value] { state.withLock { $0.values } }
}

extension Signal where Value == Void {
  package func fire() { fire(()) }
}

/// Holds callers back until it is opened.
package final class Gate: Sendable {
  private let opened = Signal<Void>()
  package init() {}
  package func open() { opened.fire() }
  package func pass() async { _ = await opened.values(1) }
}
