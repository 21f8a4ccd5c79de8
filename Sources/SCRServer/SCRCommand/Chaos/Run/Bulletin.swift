import SCRRuntime
import Synchronization

/// A state that several change, and whose changes others await.
final class Bulletin<State: Sendable>: Sendable {
  private struct Waiter {
    let test: @Sendable (State) -> Bool
    let shot: OneShot<Void>
  }

  private struct Content {
    var state: State
    var waiters: [Int: Waiter] = [:]
    var nextID = 0
  }

  private let content: Mutex<Content>

  init(_ state: State) { content = Mutex(Content(state: state)) }

  @discardableResult
  func change<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
    let (result, met) = content.withLock { content -> (Result, [OneShot<Void>]) in
      let result = body(&content.state)
      let met = content.waiters.filter { $0.value.test(content.state) }
      for id in met.keys { content.waiters[id] = nil }
      return (result, met.values.map(\.shot))
    }
    for shot in met { shot.fire(()) }
    return result
  }

  func read<Result: Sendable>(_ body: (State) -> Result) -> Result { content.withLock { body($0.state) } }

  /// Waits until the state passes the test.
  /// - Returns: false when `limit` was over first, or the caller was cancelled.
  func wait(
    within limit: Duration, by clock: any RuntimeClock, until test: @escaping @Sendable (State) -> Bool
  ) async -> Bool {
    let shot = OneShot<Void>()
    let id = content.withLock { content -> Int? in
      if test(content.state) { return nil }
      content.nextID += 1
      content.waiters[content.nextID] = Waiter(test: test, shot: shot)
      return content.nextID
    }
    guard let id else { return true }
    let outcome = try? await withinTime(limit, by: clock) { await shot.value() != nil }
    _ = content.withLock { $0.waiters.removeValue(forKey: id) }
    return (outcome ?? nil) ?? false
  }
}
