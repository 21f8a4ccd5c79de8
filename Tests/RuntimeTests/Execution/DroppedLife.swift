import SCRRuntime
import SCRTestSupport

/// A life of a runtime that is dropped at one of its commits, as if by kill −9: nothing is written after that.
enum DroppedLife {
  /// - Parameters:
  ///   - number: of the commit, counted from 1.
  ///   - written: whether that commit is still written.
  ///   - body: runs beside the runtime until the drop, or its own end.
  /// - Returns: whether the drop came at all.
  static func run(
    _ fixture: RuntimeFixture, at number: Int, written: Bool,
    _ body: @escaping @Sendable (CognitiveRuntime) async throws -> Void
  ) async throws -> Bool {
    let commits = Counter()
    return try await run(fixture, atFirst: { _ in commits.next() == number }, written: written, body)
  }

  /// - Parameter isLast: tells the commit from its batch; asked once for each.
  static func run(
    _ fixture: RuntimeFixture, atFirst isLast: @escaping @Sendable (StoreBatch) -> Bool, written: Bool,
    _ body: @escaping @Sendable (CognitiveRuntime) async throws -> Void
  ) async throws -> Bool {
    let crashed = OneShot<Void>()
    var first = fixture
    first.store = store(over: fixture.store, atFirst: isLast, written: written, crashed)
    let doomed = first
    try await withThrowingTaskGroup(of: Void.self) { sleepers in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await pass(fixture.clock, after: crashed) }
        try await doomed.live { runtime in
          await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await body(runtime) }
            group.addTask { _ = await crashed.value() }
            await group.next()
            group.cancelAll()
          }
        }
        group.cancelAll()
        // One more sleeper, so that whoever moves the clock sees the end.
        sleepers.addTask { [clock = fixture.clock] in try? await clock.sleep(for: .seconds(1)) }
        try await group.waitForAll()
      }
      sleepers.cancelAll()
    }
    return crashed.current != nil
  }

  private static func store(
    over base: any TaskStore, atFirst isLast: @escaping @Sendable (StoreBatch) -> Bool, written: Bool,
    _ crashed: OneShot<Void>
  ) -> any TaskStore {
    let gone = StoreError(.closed, "crashed")
    return InterceptedTaskStore(
      base,
      before: { batch throws(StoreError) in
        if crashed.current != nil { throw gone }
        if !written, isLast(batch) {
          crashed.fire(())
          throw gone
        }
      },
      after: { batch throws(StoreError) in
        if written, isLast(batch) {
          crashed.fire(())
          throw gone
        }
      })
  }

  /// Time passes for a runtime that is gone: what is left of it sleeps before it tries its store again.
  private static func pass(_ clock: ManualClock, after crashed: OneShot<Void>) async {
    guard await crashed.value() != nil else { return }
    while !Task.isCancelled {
      await clock.waitForSleepers(1)
      clock.advance(by: .seconds(1))
    }
  }
}
