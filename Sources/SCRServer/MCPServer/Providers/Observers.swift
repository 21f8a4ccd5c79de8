import Synchronization

/// Whom a provider tells of its changes; each is told until what ``add(_:)`` gave is released.
package final class Observers<Value: Sendable>: Sendable {
  private struct State {
    var lastID = 0
    var observers: [Int: @Sendable (Value) -> Void] = [:]
  }

  private final class Observation: Sendable {
    let end: @Sendable () -> Void
    init(_ end: @escaping @Sendable () -> Void) { self.end = end }
    deinit { end() }
  }

  private let state = Mutex(State())

  package init() {}

  package func add(_ observer: @escaping @Sendable (Value) -> Void) -> any AnyObject & Sendable {
    let id = state.withLock { state in
      state.lastID += 1
      state.observers[state.lastID] = observer
      return state.lastID
    }
    return Observation { [weak self] in self?.remove(id) }
  }

  package func tell(_ value: Value) {
    for observer in state.withLock({ Array($0.observers.values) }) { observer(value) }
  }

  package var count: Int { state.withLock(\.observers.count) }

  private func remove(_ id: Int) {
    // Released outside of the lock, since what the observer holds may end other observations.
    let gone = state.withLock { $0.observers.removeValue(forKey: id) }
    withExtendedLifetime(gone) {}
  }
}
