import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The children of this process. Its own end kills them all.
package final class ProcessTable: Sendable {
  private let limit: Int
  private let ledger: ChildLedger?
  private let mark = ChildMark()
  private let reactor = Mutex<ChildReactor?>(nil)

  /// - Parameters:
  ///   - limit: children that may live at once; each costs six descriptors.
  ///   - ledger: where they are written down, for the case that this process or their guards are killed. Without one they
  ///     bear no mark either, and what leaves the group of a child outlives a guard that is killed.
  package init(limit: Int = 64, ledger: ChildLedger? = nil) {
    self.limit = limit
    self.ledger = ledger
  }

  deinit { reactor.withLock { $0 }?.retire() }

  /// Ends the processes that earlier owners of the ledger left, and opens it for the children of this one. To be called
  /// once, before the first ``spawn(_:events:)``. Takes as long as reading `/proc` once, or two seconds where something has
  /// to be ended.
  package func sweepLeftovers() async -> [Leftover] { await ledger?.begin(mark) ?? [] }

  /// Starts a child under a guard. Returns once the program runs, which takes some milliseconds.
  ///
  /// - Throws: ``ProcessError`` when it cannot be run; no event happens then.
  package func spawn(_ spec: ProcessSpec, events: ProcessEvents) async throws -> ChildProcess {
    let reactor = try openedReactor()
    let id = try reactor.reserve(limit: limit)
    let launched: LaunchedGuard
    let trace = ledger.map { ChildTrace(mark: mark.value(of: id), ledger: $0) }
    do {
      launched = try await LaunchThread.shared.run {
        let launched = try GuardLauncher.launch(spec, mark: trace?.mark)
        // It waits for our go, so nothing can have come of it yet.
        trace?.began(guard: launched.pid)
        return launched
      }
    } catch {
      reactor.release()
      throw error
    }
    let life = ChildLife(id: id, spec: spec, events: events, launched: launched, trace: trace, reactor: reactor)
    return try await life.begin()
  }

  /// The children that live, those that are just being started included.
  package var count: Int { reactor.withLock { $0 }?.children.count ?? 0 }

  /// Stops every child at the same time, and starts none any more. Returns when all are gone.
  package func stopAll(ladder: StopLadder = StopLadder()) async {
    guard let reactor = try? openedReactor() else { return }
    reactor.stopAdmitting()
    let children = reactor.children
    for child in children { child.beginStop(ladder) }
    for child in children { _ = await child.stop(ladder) }
    await ledger?.close()
  }

  private func openedReactor() throws -> ChildReactor {
    try reactor.withLock { reactor in
      if let reactor { return reactor }
      let made = try ChildReactor()
      reactor = made
      return made
    }
  }
}
