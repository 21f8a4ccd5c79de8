import Synchronization

/// Looks at the tools that may still wait for some. The end of input cancels the wait, which makes each give what is
/// there: the process is about to end, and no answer at all would be worse.
final class Listings: Sendable {
  private struct State {
    var hasEnded = false
    var lastID = 0
    var waits: [Int: AsyncStream<Void>.Continuation] = [:]
  }

  private let state = Mutex(State())

  func first(_ list: @escaping @Sendable () async -> ToolListing) async -> ToolListing {
    let (ends, end) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let id = add(end)
    defer { state.withLock { $0.waits[id] = nil } }
    return await withTaskGroup(of: ToolListing?.self) { group in
      group.addTask { await list() }
      group.addTask {
        for await _ in ends {}
        return nil
      }
      var listing: ToolListing?
      for await outcome in group {
        listing = outcome ?? listing
        group.cancelAll()
      }
      return listing ?? ToolListing(tools: [], ttlMs: 0)
    }
  }

  func end() {
    let waits = state.withLock { state in
      state.hasEnded = true
      return state.waits.values.map { $0 }
    }
    for wait in waits { wait.finish() }
  }

  private func add(_ end: AsyncStream<Void>.Continuation) -> Int {
    state.withLock { state in
      if state.hasEnded { end.finish() }
      state.lastID += 1
      state.waits[state.lastID] = end
      return state.lastID
    }
  }
}
