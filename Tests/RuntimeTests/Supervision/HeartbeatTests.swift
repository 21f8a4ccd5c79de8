import SCRTestSupport
import Testing

@testable import SCRRuntime

@Suite("Silent children are found and replaced", .timeLimit(.minutes(1)))
struct HeartbeatTests {
  private static let rule = HeartbeatRule(silence: .seconds(10), standstill: .seconds(20))

  private static func at(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: seconds * 1000) }

  /// The causes that each look finds.
  private static func looks(
    _ looks: [(seconds: Int64, signs: LifeSigns)], _ rule: HeartbeatRule = rule
  ) -> [StuckChild.Cause?] {
    var watchdog = Watchdog()
    return looks.map { look in
      let reading = Watchdog.Reading(id: "c", generation: 1, signs: look.signs, rule: rule)
      return watchdog.look([reading], at: at(look.seconds)).first?.cause
    }
  }

  private static func signs(_ beats: Int, _ steps: Int = 0, busy: Bool = false) -> LifeSigns {
    LifeSigns(beats: beats, steps: steps, isBusy: busy)
  }

  @Test func `a child without a beat for the time of silence is found`() {
    #expect(
      Self.looks([(0, Self.signs(1)), (4, Self.signs(1)), (9, Self.signs(1)), (10, Self.signs(1))])
        == [nil, nil, nil, .silent])
  }

  @Test func `a beat begins the time anew`() {
    let looks = [(0, 1), (5, 1), (9, 2), (14, 2), (18, 2), (19, 2)].map { (Int64($0.0), Self.signs($0.1)) }
    #expect(Self.looks(looks) == [nil, nil, nil, nil, nil, .silent])
  }

  @Test func `who beats and is busy without progress stands still`() {
    let looks = (0...4).map { (Int64($0 * 5), Self.signs($0, 7, busy: true)) }
    #expect(Self.looks(looks) == [nil, nil, nil, nil, .standstill])
  }

  @Test func `who is idle or goes forward does not stand still`() {
    #expect(Self.looks((0...9).map { (Int64($0 * 5), Self.signs($0, 7)) }) == Array(repeating: nil, count: 10))
    #expect(
      Self.looks((0...9).map { (Int64($0 * 5), Self.signs($0, $0, busy: true)) }) == Array(repeating: nil, count: 10))
  }

  @Test func `a clock that jumps ahead, or a machine that slept, makes nobody silent`() {
    #expect(Self.looks([(0, Self.signs(1)), (86400, Self.signs(1)), (86401, Self.signs(2))]) == [nil, nil, nil])
    #expect(Self.looks([(0, Self.signs(1)), (86400, Self.signs(1)), (86405, Self.signs(1))]) == [nil, nil, .silent])
  }

  @Test func `a clock that jumps back counts for nothing`() {
    #expect(
      Self.looks([(100, Self.signs(1)), (0, Self.signs(1)), (5, Self.signs(1)), (10, Self.signs(1))])
        == [nil, nil, nil, .silent])
  }

  @Test func `another life of the child begins anew, and one that is not watched is never found`() {
    var watchdog = Watchdog()
    let found = [(0, 1), (5, 1), (10, 2), (15, 2)].map { seconds, generation in
      watchdog.look(
        [Watchdog.Reading(id: "c", generation: generation, signs: Self.signs(1), rule: Self.rule)],
        at: Self.at(Int64(seconds)))
    }
    #expect(found == [[], [], [], []])
    #expect(watchdog.lastBeat(of: 2) == Self.at(10))
    #expect(watchdog.lastBeat(of: 1) == nil)
    #expect(Self.looks((0...9).map { (Int64($0 * 60), Self.signs(0, 0, busy: true)) }, .none).allSatisfy { $0 == nil })
  }

  @Test func `a silent child is fenced and replaced, and the replacement beats`() async throws {
    let rig = SupervisorRig()
    let supervisor = rig.supervisor()
    let started = Signal<ChildContext>()
    let gate = OneShot<Void>()
    let child = ChildSpec(
      id: "c", restart: .transient, backoff: SupervisorRig.steady, heartbeat: HeartbeatRule(silence: .seconds(10))
    ) { context in
      started.fire(context)
      if context.generation > 1 { return try await Gate().pass() }
      _ = await Task { await gate.value() }.value
    }
    try await supervisor.start(child)
    let first = await started.values(1)[0]
    first.beat()
    var found = await supervisor.check()
    for _ in 0..<2 {
      rig.clock.advance(by: .seconds(5))
      found = await supervisor.check()
    }
    #expect(found == [Watchdog.Finding(id: "c", generation: 1, cause: .silent)])
    #expect(first.isFenced)
    #expect(rig.told == ["c childTerminated stuck restarting(after: 0.1 seconds)"])
    #expect(await supervisor.stuck.map(\.cause) == [.silent])
    await rig.clock.waitForSleepers()
    rig.clock.advance(by: .milliseconds(100))
    let second = await started.values(2)[1]
    second.progress()
    second.idle()
    #expect(second.signs == LifeSigns(beats: 2, steps: 1, isBusy: false))
    #expect(await supervisor.check() == [])
    let view = await supervisor.tree().children[0]
    #expect(view.lastBeat == rig.clock.now())
    #expect(view.history.map(\.reason) == [.stuck])
    gate.fire(())
    await supervisor.stop()
  }

  @Test func `a value that hangs is given up without its caller being cancelled`() async throws {
    let rig = SupervisorRig()
    let supervisor = rig.supervisor()
    let started = Signal<Void>()
    let gate = OneShot<Void>()
    async let value = supervisor.run("work", heartbeat: HeartbeatRule(silence: .seconds(10))) { _ in
      started.fire()
      return await Task { await gate.value() }.value != nil
    }
    _ = await started.values(1)
    for _ in 0..<3 {
      await supervisor.check()
      rig.clock.advance(by: .seconds(5))
    }
    #expect(try await value == nil)
    #expect(rig.told == ["work childTerminated stuck removed"])
    gate.fire(())
  }
}
