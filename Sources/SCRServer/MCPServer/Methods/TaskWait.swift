import SCRProtocol
import Synchronization

/// Waits for a task to end, and asks the client meanwhile what the task asks: `tasks/result` of revision 2025-11-25.
struct TaskWait: Sendable {
  let provider: any MCPTaskProvider
  let client: ClientRequests

  /// - Returns: the task at its end; nil if it does not exist, or ceases to.
  func result(of id: String) async throws -> MCPTask? {
    let (changes, feed) = AsyncStream.makeStream(of: MCPTask.self, bufferingPolicy: .bufferingNewest(1))
    let observation = await provider.observe(id) { feed.yield($0) }
    defer { withExtendedLifetime(observation) { feed.finish() } }
    // Looked at once it is observed, so that no change falls between.
    guard var task = try await provider.get(id) else { return nil }
    var asked: Set<String> = []
    var next = changes.makeAsyncIterator()
    while !task.status.isFinal {
      // What the client cannot be asked, others may answer.
      let new = task.inputRequests.filter { !asked.contains($0.key) && client.supports($0.value) }
      if task.status == .inputRequired, !new.isEmpty {
        asked.formUnion(new.keys)
        _ = try await provider.update(id, try await client.ask(new))
        guard let now = try await provider.get(id) else { return nil }
        task = now
      } else if let change = await next.next() {
        task = change
      } else {
        throw CancellationError()
      }
    }
    return task
  }
}

/// The tasks that a client of revision 2025-11-25 is told of by itself.
final class TaskWatches: Sendable {
  private struct State {
    /// Oldest first.
    var watches: [(id: String, observation: any AnyObject & Sendable)] = []
    var hasEnded = false
  }

  private let state = Mutex(State())
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  /// The oldest is given up if there are too many.
  func add(_ id: String, _ observation: any AnyObject & Sendable) {
    // Observations are released outside of the lock: that may call back.
    _ = state.withLock { state -> [any AnyObject & Sendable] in
      if state.hasEnded { return [observation] }
      state.watches.append((id, observation))
      return state.watches.count > limit ? [state.watches.removeFirst().observation] : []
    }
  }

  func remove(_ id: String) {
    _ = state.withLock { state -> [any AnyObject & Sendable] in
      let gone = state.watches.filter { $0.id == id }.map(\.observation)
      state.watches.removeAll { $0.id == id }
      return gone
    }
  }

  func end() {
    _ = state.withLock { state -> [any AnyObject & Sendable] in
      state.hasEnded = true
      defer { state.watches = [] }
      return state.watches.map(\.observation)
    }
  }
}
