import SCRTestSupport
import Testing

@testable import SCRRuntime

@Suite("A child that ignores its cancellation is fenced, reported and replaced", .timeLimit(.minutes(1)))
struct StuckChildTests {
  private let rig = SupervisorRig()
  private var clock: ManualClock { rig.clock }

  /// Runs until the gate opens, whatever happens to its task.
  private func stubborn(
    _ gate: OneShot<Void>, _ shutdown: ShutdownPolicy = .timeout(.seconds(5)), restart: RestartPolicy = .permanent,
    id: String = "c", started: Signal<ChildContext> = Signal()
  ) -> ChildSpec {
    ChildSpec(id: id, restart: restart, shutdown: shutdown, backoff: SupervisorRig.steady) { context in
      started.fire(context)
      await Self.wait(for: gate)
    }
  }

  private static func wait(for gate: OneShot<Void>) async {
    // A task of its own is not cancelled with the child.
    let waiting = Task { await gate.value() }
    _ = await waiting.value
  }

  @Test func `stopping it ends with its time, and it stays listed until it really ends`() async throws {
    let supervisor = rig.supervisor()
    let gate = OneShot<Void>()
    let started = Signal<ChildContext>()
    try await supervisor.start(stubborn(gate, started: started))
    let context = await started.values(1)[0]
    async let stopped: Void = supervisor.terminate("c")
    await clock.waitForSleepers()
    #expect(!context.isFenced)
    #expect(await supervisor.tree().children.map(\.state) == [.stopping])
    clock.advance(by: .seconds(5))
    try await stopped
    #expect(context.isFenced)
    #expect(rig.told == ["c shutdownError stuck stopped"])
    #expect(
      await supervisor.stuck == [StuckChild(id: "c", generation: 1, since: clock.now(), cause: .ignoredShutdown)])
    #expect(await supervisor.tree().children.map(\.state) == [.stopped, .stuck(.ignoredShutdown)])
    let end = await supervisor.endOfLife(1)
    gate.fire(())
    await end.value
    #expect(await supervisor.stuck == [])
    #expect(rig.told == ["c shutdownError stuck stopped"])
  }

  @Test func `its place is free at once for another under its name`() async throws {
    let supervisor = rig.supervisor(SupervisorFlags(maxChildren: 1))
    let gate = OneShot<Void>()
    let started = Signal<ChildContext>()
    try await supervisor.start(stubborn(gate, .brutal, restart: .temporary, started: started))
    _ = await started.values(1)
    await supervisor.stop("c")
    #expect(await supervisor.stuck.map(\.cause) == [.brutal])
    #expect(rig.told == ["c shutdown shutdown removed"])
    try await supervisor.start(rig.child(.temporary))
    #expect(await supervisor.counts == ChildCounts(specs: 1, active: 1, workers: 1, stuck: 1))
    gate.fire(())
    await supervisor.stop()
  }

  @Test func `its late failure starts and reports nothing`() async throws {
    let supervisor = rig.supervisor()
    let gate = OneShot<Void>()
    let started = Signal<ChildContext>()
    let child = ChildSpec(id: "c", restart: .permanent, shutdown: .brutal) { context in
      started.fire(context)
      await Self.wait(for: gate)
      throw Crash("late")
    }
    try await supervisor.start(child)
    _ = await started.values(1)
    try await supervisor.terminate("c")
    let end = await supervisor.endOfLife(1)
    gate.fire(())
    await end.value
    #expect(rig.told == ["c shutdown shutdown stopped"])
    #expect(await supervisor.counts == ChildCounts(specs: 1, workers: 1))
  }

  @Test func `while too many run on nothing is started, and a restart waits`() async throws {
    let supervisor = rig.supervisor(SupervisorFlags(maxStuck: 1))
    let (gate, crash) = (OneShot<Void>(), Gate())
    let (started, lives) = (Signal<ChildContext>(), Signal<Void>())
    try await supervisor.start(stubborn(gate, .brutal, restart: .temporary, id: "s", started: started))
    try await supervisor.start(
      rig.child(.permanent) {
        lives.fire()
        try await crash.pass()
        if lives.all.count == 1 { throw Crash("x") }
        try await Gate().pass()
      })
    _ = await started.values(1)
    await supervisor.stop("s")
    let code = await refusal { try await supervisor.start(rig.child(.temporary, id: "t")) }
    #expect(code == .tooManyStuck)
    #expect(await supervisor.hasRoom == false)
    crash.open()
    await clock.waitForSleepers()
    clock.advance(by: .milliseconds(100))
    // The pause is over, and another begins.
    await clock.waitForSleepers()
    #expect(lives.all.count == 1)
    let end = await supervisor.endOfLife(1)
    gate.fire(())
    await end.value
    clock.advance(by: .seconds(1))
    _ = await lives.values(2)
    await supervisor.stop()
  }

  @Test func `a group is started again though one of it cannot be stopped`() async throws {
    let supervisor = rig.supervisor(SupervisorFlags(strategy: .oneForAll))
    let (gate, crash) = (OneShot<Void>(), Gate())
    let started = Signal<ChildContext>()
    try await supervisor.start(stubborn(gate, .timeout(.seconds(5)), id: "s", started: started))
    let lives = Counter()
    try await supervisor.start(
      rig.child(.permanent) {
        if lives.next() > 1 { return try await Gate().pass() }
        try await crash.pass()
        throw Crash("x")
      })
    _ = await started.values(1)
    crash.open()
    // The pause of the group, and the time of the one that is to stop.
    await clock.waitForSleepers(2)
    clock.advance(by: .seconds(5))
    let contexts = await started.values(2)
    #expect(contexts.map(\.isFenced) == [true, false])
    #expect(contexts[0].generation < contexts[1].generation)
    #expect(
      rig.told == [
        "c childTerminated x restarting(after: 0.1 seconds)", "s shutdownError stuck restarting(after: 0.1 seconds)",
      ])
    gate.fire(())
    await supervisor.stop()
  }

  @Test func `who waits for a value gets nil after the grace, and the late value is ignored`() async throws {
    let supervisor = rig.supervisor()
    let gate = OneShot<Void>()
    let started = Signal<ChildContext>()
    let value = await withTaskGroup(of: Int?.self) { group in
      group.addTask {
        try? await supervisor.run("work", grace: .seconds(2)) { context in
          started.fire(context)
          await Self.wait(for: gate)
          return 1
        }
      }
      _ = await started.values(1)
      group.cancelAll()
      await clock.waitForSleepers()
      clock.advance(by: .seconds(2))
      return await group.next() ?? nil
    }
    #expect(value == nil)
    #expect(started.all[0].isFenced)
    #expect(rig.told == ["work shutdownError stuck removed"])
    #expect(await supervisor.stuck.map(\.id) == ["work"])
    let end = await supervisor.endOfLife(1)
    gate.fire(())
    await end.value
    #expect(await supervisor.stuck == [])
  }

  @Test func `a supervisor's stop ends although nobody heeds it`() async throws {
    let supervisor = rig.supervisor()
    let gate = OneShot<Void>()
    let started = Signal<ChildContext>()
    for id in ["a", "b"] { try await supervisor.start(stubborn(gate, id: id, started: started)) }
    _ = await started.values(2)
    async let stopped: Void = supervisor.stop()
    for _ in 0..<2 {
      await clock.waitForSleepers()
      clock.advance(by: .seconds(5))
    }
    await stopped
    #expect(rig.told == ["b", "a"].map { "\($0) shutdownError stuck removed" })
    #expect(await supervisor.stuck.map(\.id) == ["a", "b"])
    gate.fire(())
  }
}
