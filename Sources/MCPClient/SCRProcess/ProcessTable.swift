import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The children of this process. Its own end kills them all.
package final class ProcessTable: Sendable {
  private let limit: Int
  private let reactor = Mutex<ChildReactor?>(nil)

  /// - Parameter limit: children that may live at once; each costs six descriptors.
  package init(limit: Int = 64) { self.limit = limit }

  deinit { reactor.withLock { $0 }?.retire() }

  /// Starts a child under a guard. Returns once the program runs, which takes some milliseconds.
  ///
  /// - Throws: ``ProcessError`` when it cannot be run; no event happens then.
  package func spawn(_ spec: ProcessSpec, events: ProcessEvents) async throws -> ChildProcess {
    let reactor = try openedReactor()
    let id = try reactor.reserve(limit: limit)
    let launched: LaunchedGuard
    do { launched = try await LaunchThread.shared.run { try GuardLauncher.launch(spec) } } catch {
      reactor.release()
      throw error
    }
    return try await ChildLife(id: id, spec: spec, events: events, launched: launched, reactor: reactor).begin()
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
