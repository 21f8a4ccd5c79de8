import SCRTestSupport
import Testing

@testable import SCRRuntime

@Suite("Siblings, order of start, monitors and history", .timeLimit(.minutes(1)))
struct StrategyTests {
  private let rig = SupervisorRig()

  /// A child that tells of each start and fails once told so.
  private func child(_ id: String, _ starts: Signal<String>, _ crash: OneShot<Void>? = nil) -> ChildSpec {
    rig.child(.permanent, id: id) {
      starts.fire(id)
      guard let crash, starts.all.count(where: { $0 == id }) == 1 else { return try await Gate().pass() }
      if await crash.value() != nil { throw Crash("x") }
    }
  }

  @Test(
    arguments: [
      (RestartStrategy.oneForOne, ["b"], [String]()), (.restForOne, ["b", "c"], ["c"]),
      (.oneForAll, ["a", "b", "c"], ["c", "a"]), (.dynamic, ["b"], []),
    ])
  func `the strategy says who is taken along`(
    strategy: RestartStrategy, again: [String], stopped: [String]
  ) async throws {
    let supervisor = rig.supervisor(SupervisorFlags(strategy: strategy))
    let starts = Signal<String>()
    let crash = OneShot<Void>()
    for id in ["a", "b", "c"] {
      try await supervisor.start(child(id, starts, id == "b" ? crash : nil))
      _ = await starts.first { $0 == id }
    }
    crash.fire(())
    _ = await rig.reports.values(1 + stopped.count)
    await rig.clock.waitForSleepers()
    rig.clock.advance(by: .milliseconds(100))
    let all = await starts.values(3 + again.count)
    #expect(Set(all.dropFirst(3)) == Set(again))
    #expect(
      rig.told == ["b childTerminated x restarting(after: 0.1 seconds)"]
        + stopped.map { "\($0) shutdown shutdown restarting(after: 0.1 seconds)" })
    await supervisor.stop()
  }

  @Test func `a child that is not ready yet holds back those behind it`() async throws {
    let supervisor = rig.supervisor()
    let contexts = Signal<ChildContext>()
    let slow = ChildSpec(id: "slow", restart: .permanent, start: .whenReady) { context in
      contexts.fire(context)
      try await Gate().pass()
    }
    async let started: Void = supervisor.start([slow, rig.child(.permanent, id: "next")])
    let context = await contexts.values(1)[0]
    #expect(await supervisor.tree().children.map(\.state) == [.starting])
    context.ready()
    context.ready()
    try await started
    #expect(await supervisor.childIDs == ["slow", "next"])
    await supervisor.stop()
  }

  @Test func `if one of the first children cannot start, the others are stopped and the supervisor ends`() async throws
  {
    let supervisor = rig.supervisor()
    let failing = ChildSpec(id: "b", restart: .permanent, start: .whenReady) { _ in throw Crash("no port") }
    var message: String?
    do { try await supervisor.start([rig.child(.permanent, id: "a"), failing, rig.child(.permanent)]) } catch {
      message = "\(error)"
    }
    #expect(message == "b of test ended before it was ready: no port")
    #expect(rig.told == ["b startError no port removed", "a shutdown shutdown removed"])
    #expect(supervisor.end.current == .stopped)
  }

  @Test func `while a group waits for its restart no value is asked for`() async throws {
    let supervisor = rig.supervisor(SupervisorFlags(strategy: .oneForAll))
    try await supervisor.start(rig.child(.permanent) { throw Crash("x") })
    await rig.clock.waitForSleepers()
    let code = await refusal { _ = try await supervisor.run("work") { _ in 1 } }
    #expect(code == .restarting)
    #expect(await supervisor.childIDs == ["c"])
    await supervisor.stop()
  }

  @Test func `a start that fails again is a restart that counts`() async throws {
    let supervisor = rig.supervisor(SupervisorFlags(intensity: RestartIntensity(restarts: 2)))
    let lives = Counter()
    let crash = Gate()
    let child = ChildSpec(id: "c", restart: .transient, start: .whenReady, backoff: SupervisorRig.steady) { context in
      if lives.next() > 1 { throw Crash("no port") }
      context.ready()
      try await crash.pass()
      throw Crash("x")
    }
    try await supervisor.start(child)
    crash.open()
    for pause in [100, 200] {
      await rig.clock.waitForSleepers()
      rig.clock.advance(by: .milliseconds(pause))
    }
    #expect(await supervisor.end.value() == .gaveUp)
    #expect(
      rig.told == [
        "c childTerminated x restarting(after: 0.1 seconds)", "c startError no port restarting(after: 0.2 seconds)",
        "c startError no port gaveUp",
      ])
  }

  @Test func `a child that returns before it is ready has nothing to do`() async throws {
    let supervisor = rig.supervisor()
    try await supervisor.start(ChildSpec(id: "c", restart: .permanent, start: .whenReady) { _ in })
    #expect(rig.told == ["c childTerminated normal stopped"])
    #expect(await supervisor.counts == ChildCounts(specs: 1, workers: 1))
  }

  @Test func `a monitor tells of the exit of one life, once`() async throws {
    let supervisor = rig.supervisor()
    #expect(await supervisor.monitor("c") == nil)
    let crash = Gate()
    try await supervisor.start(
      rig.child(.permanent) {
        try await crash.pass()
        throw Crash("x")
      })
    let (first, second) = (try #require(await supervisor.monitor("c")), try #require(await supervisor.monitor("c")))
    crash.open()
    let report = await first.exit()
    #expect(report?.words == "c childTerminated x restarting(after: 0.1 seconds)")
    #expect(await second.exit() == report)
    #expect(await supervisor.monitor("c") == nil)
    await supervisor.stop()
    #expect(await first.exit() == report)
  }

  @Test func `who waits at a monitor can be cancelled`() async throws {
    let supervisor = rig.supervisor()
    try await supervisor.start(rig.child(.permanent))
    let monitor = try #require(await supervisor.monitor("c"))
    let report = await withTaskGroup(of: ExitReport?.self) { group in
      group.addTask { await monitor.exit() }
      group.cancelAll()
      return await group.next() ?? nil
    }
    #expect(report == nil)
    await supervisor.stop()
  }

  @Test func `the newest twenty restarts are kept with time and reason, and all are counted`() {
    var history = RestartHistory()
    for second in 1...25 { history.add(.error("\(second)"), at: Timestamp(milliseconds: Int64(second))) }
    #expect(history.count == 25)
    #expect(
      history.entries
        == (6...25).map { RestartHistory.Entry(at: Timestamp(milliseconds: Int64($0)), reason: .error("\($0)")) })
  }

  @Test func `the tree tells of the pause before a restart`() async throws {
    let supervisor = rig.supervisor()
    try await supervisor.start(rig.child(.permanent) { throw Crash("x") })
    await rig.clock.waitForSleepers()
    let view = await supervisor.tree().children[0]
    #expect(view.state == .restarting(until: rig.clock.now() + .milliseconds(100)))
    #expect(view.restarts == 1)
    #expect(view.history == [RestartHistory.Entry(at: rig.clock.now(), reason: .error("x"))])
    await supervisor.stop()
  }
}
