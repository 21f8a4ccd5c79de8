import SCRTestSupport
import Testing

@testable import SCRRuntime

@Suite("A supervisor is a child of another", .timeLimit(.minutes(1)))
struct NestedSupervisorTests {
  private let rig = SupervisorRig()

  private func inner(
    _ children: [ChildSpec], restart: RestartPolicy = .permanent, restarts: Int = 0
  ) -> ChildSpec {
    let flags = SupervisorFlags(strategy: .oneForAll, intensity: RestartIntensity(restarts: restarts))
    return ChildSpec.supervisor(
      id: "inner", label: "the inner one", restart: restart, backoff: SupervisorRig.steady,
      { [rig] in rig.supervisor(flags, name: "inner") }, children: { children })
  }

  @Test func `giving up escalates: the supervisor above starts a new one with its first children`() async throws {
    let supervisor = rig.supervisor(name: "outer")
    let started = Signal<Void>()
    let crash = Gate()
    try await supervisor.start(
      inner([
        rig.child(.permanent, id: "x") {
          started.fire()
          if started.all.count > 1 { return try await Gate().pass() }
          try await crash.pass()
          throw Crash("broken")
        }
      ]))
    crash.open()
    await rig.clock.waitForSleepers()
    #expect(
      rig.told == ["x childTerminated broken gaveUp", "inner childTerminated shutdown restarting(after: 0.1 seconds)"])
    rig.clock.advance(by: .milliseconds(100))
    _ = await started.values(2)
    #expect(await supervisor.counts == ChildCounts(specs: 1, active: 1, supervisors: 1))
    await supervisor.stop()
    #expect(rig.told.suffix(2) == ["x shutdown shutdown removed", "inner shutdown shutdown removed"])
  }

  @Test func `escalation goes up to the top`() async throws {
    let supervisor = rig.supervisor(SupervisorFlags(intensity: RestartIntensity(restarts: 0)), name: "outer")
    try await supervisor.start(inner([rig.child(.permanent, id: "x") { throw Crash("broken") }]))
    #expect(await supervisor.end.value() == .gaveUp)
    #expect(rig.told == ["x childTerminated broken gaveUp", "inner childTerminated shutdown gaveUp"])
  }

  @Test func `a transient supervisor that gave up stays down, as in OTP`() async throws {
    let supervisor = rig.supervisor(name: "outer")
    try await supervisor.start(
      inner([rig.child(.permanent, id: "x") { throw Crash("broken") }], restart: .transient))
    await supervisor.wait(for: "inner")
    #expect(rig.told.last == "inner childTerminated shutdown stopped")
    await supervisor.stop()
  }

  @Test func `it is started only when its children are, and fails with them`() async throws {
    let supervisor = rig.supervisor(name: "outer")
    let failing = ChildSpec(id: "y", restart: .permanent, start: .whenReady) { _ in throw Crash("no port") }
    let code = await refusal { try await supervisor.start(inner([rig.child(.permanent, id: "x"), failing])) }
    #expect(code == .startFailed)
    #expect(
      rig.told == [
        "y startError no port removed", "x shutdown shutdown removed",
        "inner startError y of inner ended before it was ready: no port removed",
      ])
    #expect(await supervisor.counts == ChildCounts())
  }

  @Test func `it can be stopped while its children start`() async throws {
    let supervisor = rig.supervisor(name: "outer")
    let started = Signal<Void>()
    let slow = ChildSpec(id: "y", restart: .permanent, start: .whenReady) { _ in
      started.fire()
      try await Gate().pass()
    }
    async let code = refusal { try await supervisor.start(inner([slow])) }
    _ = await started.values(1)
    await supervisor.stop()
    #expect(await code == .startFailed)
    #expect(rig.told == ["y shutdown shutdown removed", "inner shutdown shutdown removed"])
  }

  @Test func `the tree shows what stands below`() async throws {
    let supervisor = rig.supervisor(name: "outer")
    try await supervisor.start(rig.child(.temporary, id: "a"))
    try await supervisor.start(inner([rig.child(.permanent, id: "x")], restarts: 3))
    let start = rig.clock.now()
    var leaf = SupervisionTree(id: "x", kind: .worker, state: .running, startedAt: start)
    var middle = SupervisionTree(
      id: "inner", label: "the inner one", kind: .supervisor, state: .running, startedAt: start)
    middle.strategy = .oneForAll
    middle.headroom = 3
    leaf.label = nil
    middle.children = [leaf]
    var top = SupervisionTree(id: "outer", kind: .supervisor, state: .running)
    top.strategy = .oneForOne
    top.headroom = 10
    top.children = [SupervisionTree(id: "a", kind: .worker, state: .running, startedAt: start), middle]
    #expect(await supervisor.tree() == top)
    await supervisor.stop()
    #expect(await supervisor.tree().state == .stopped)
  }
}
