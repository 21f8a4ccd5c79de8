import SCRTestSupport
import Testing

@testable import SCRRuntime

@Suite("A supervisor restarts, stops and refuses", .timeLimit(.minutes(1)))
struct SupervisorTests {
  private let rig = SupervisorRig()
  private var clock: ManualClock { rig.clock }

  @Test func `a permanent child is started again after every end, each time after a longer pause`() async throws {
    let supervisor = rig.supervisor()
    let lives = Counter()
    let started = Signal<Int>()
    try await supervisor.start(
      rig.child(.permanent) {
        let life = lives.next()
        started.fire(life)
        if life == 1 { return }
        if life == 2 { throw Crash("broken") }
        try await Gate().pass()
      })
    await clock.waitForSleepers()
    #expect(started.all == [1])
    clock.advance(by: .milliseconds(100))
    _ = await started.values(2)
    await clock.waitForSleepers()
    clock.advance(by: .milliseconds(199))
    #expect(started.all == [1, 2])
    clock.advance(by: .milliseconds(1))
    #expect(await started.values(3) == [1, 2, 3])
    #expect(await supervisor.childIDs == ["c"])
    await supervisor.stop()
    #expect(await supervisor.childIDs == [])
    #expect(
      rig.told == [
        "c childTerminated normal restarting(after: 0.1 seconds)",
        "c childTerminated broken restarting(after: 0.2 seconds)", "c shutdown shutdown removed",
      ])
  }

  @Test func `a report has OTP's four fields and what follows`() async throws {
    let supervisor = rig.supervisor()
    try await supervisor.start(rig.child(.permanent) { throw Crash("broken") })
    await clock.waitForSleepers()
    let start = clock.now()
    clock.advance(by: .milliseconds(100))
    let reports = await rig.reports.values(2)
    let offender = { ExitReport.Offender(id: "c", kind: .worker, restart: .permanent, startedAt: $0, restarts: $1) }
    #expect(
      reports == [
        ExitReport(
          supervisor: "test", context: .childTerminated, reason: .error("broken"), offender: offender(start, 0),
          consequence: .restarting(after: .milliseconds(100))),
        ExitReport(
          supervisor: "test", context: .childTerminated, reason: .error("broken"),
          offender: offender(start + .milliseconds(100), 1), consequence: .restarting(after: .milliseconds(200))),
      ])
    await supervisor.stop()
  }

  @Test func `a transient child is started again after an error only, and kept when it has ended`() async throws {
    let supervisor = rig.supervisor()
    let lives = Counter()
    try await supervisor.start(rig.child(.transient) { if lives.next() == 1 { throw Crash("once") } })
    await clock.waitForSleepers()
    clock.advance(by: .milliseconds(100))
    await supervisor.wait(for: "c")
    #expect(
      rig.told == ["c childTerminated once restarting(after: 0.1 seconds)", "c childTerminated normal stopped"])
    #expect(lives.next() == 3)
    #expect(await supervisor.counts == ChildCounts(specs: 1, workers: 1))
    #expect(await refusal { try await supervisor.start(rig.child(.transient)) } == .taken)
  }

  @Test func `a child that throws a shutdown is not taken for broken`() async throws {
    let supervisor = rig.supervisor()
    try await supervisor.start(rig.child(.transient) { throw ChildShutdown() })
    await supervisor.wait(for: "c")
    #expect(rig.told == ["c childTerminated shutdown stopped"])
  }

  @Test func `a temporary child is never started again`() async throws {
    let supervisor = rig.supervisor()
    try await supervisor.start(rig.child(.temporary) { throw Crash("gone") })
    await supervisor.wait(for: "c")
    #expect(rig.told == ["c childTerminated gone removed"])
    #expect(await supervisor.childIDs == [])
  }

  @Test func `dynamic children that ended for good are forgotten, and the name is free`() async throws {
    let supervisor = rig.supervisor(SupervisorFlags(strategy: .dynamic))
    for _ in 0..<2 {
      try await supervisor.start(rig.child(.transient) {})
      await supervisor.wait(for: "c")
    }
    #expect(rig.told == Array(repeating: "c childTerminated normal removed", count: 2))
  }

  @Test func `children that end too often make the supervisor stop all and end`() async throws {
    let supervisor = rig.supervisor(SupervisorFlags(intensity: RestartIntensity(restarts: 1)))
    for id in ["a", "b"] { try await supervisor.start(rig.child(.permanent, id: id)) }
    try await supervisor.start(rig.child(.permanent) { throw Crash("again") })
    await clock.waitForSleepers()
    #expect(await supervisor.headroom == 0)
    clock.advance(by: .milliseconds(100))
    #expect(await supervisor.end.value() == .gaveUp)
    #expect(
      rig.told == [
        "c childTerminated again restarting(after: 0.1 seconds)", "c childTerminated again gaveUp",
        "b shutdown shutdown removed", "a shutdown shutdown removed",
      ])
    #expect(await refusal { try await supervisor.start(rig.child(.temporary)) } == .stopping)
    await supervisor.stop()
  }

  @Test func `stopping goes from the youngest to the oldest and waits for each`() async throws {
    let supervisor = rig.supervisor()
    for id in ["first", "second", "third"] { try await supervisor.start(rig.child(.permanent, id: id)) }
    #expect(await supervisor.childIDs == ["first", "second", "third"])
    await supervisor.stop()
    #expect(rig.told == ["third", "second", "first"].map { "\($0) shutdown shutdown removed" })
    #expect(await refusal { try await supervisor.start(rig.child(.temporary)) } == .stopping)
    #expect(supervisor.end.current == .stopped)
  }

  @Test func `dynamic children are stopped together`() async throws {
    let supervisor = rig.supervisor(SupervisorFlags(strategy: .dynamic))
    let bothStop = Signal<Void>()
    for id in ["a", "b"] {
      try await supervisor.start(
        rig.child(.temporary, id: id) {
          try? await Gate().pass()
          bothStop.fire()
          // Each waits until the other one has been told to stop, too.
          _ = await bothStop.values(2)
        })
    }
    await supervisor.stop()
    #expect(Set(rig.told) == ["a shutdown shutdown removed", "b shutdown shutdown removed"])
  }

  @Test func `a child in the pause before its restart is stopped there`() async throws {
    let supervisor = rig.supervisor()
    let lives = Counter()
    try await supervisor.start(
      rig.child(.permanent) {
        _ = lives.next()
        throw Crash("x")
      })
    await clock.waitForSleepers()
    await supervisor.stop("c")
    #expect(await supervisor.childIDs == [])
    #expect(lives.next() == 2)
    #expect(rig.told == ["c childTerminated x restarting(after: 0.1 seconds)"])
  }

  @Test func `a stop overtakes a restart even if there is no pause`() async throws {
    let supervisor = rig.supervisor(SupervisorFlags(intensity: .unlimited))
    let tries = Signal<Void>()
    try await supervisor.start(
      ChildSpec(id: "c", restart: .permanent, backoff: .none) {
        tries.fire()
        throw Crash("x")
      })
    _ = await tries.values(100)
    await supervisor.stop()
    #expect(await supervisor.counts == ChildCounts())
  }

  @Test func `one child is stopped without the others; stopping nobody is no fault`() async throws {
    let supervisor = rig.supervisor()
    for id in ["a", "b"] { try await supervisor.start(rig.child(.permanent, id: id)) }
    await supervisor.stop("nobody")
    await supervisor.wait(for: "nobody")
    await supervisor.stop("a")
    #expect(await supervisor.childIDs == ["b"])
    await supervisor.stop()
  }

  @Test func `a child is stopped, started again by hand, and deleted`() async throws {
    let supervisor = rig.supervisor()
    try await supervisor.start(rig.child(.permanent))
    #expect(await refusal { try await supervisor.restart("c") } == .running)
    #expect(await refusal { try await supervisor.delete("c") } == .running)
    try await supervisor.terminate("c")
    #expect(await supervisor.counts == ChildCounts(specs: 1, workers: 1))
    try await supervisor.restart("c")
    #expect(await supervisor.counts == ChildCounts(specs: 1, active: 1, workers: 1))
    try await supervisor.terminate("c")
    try await supervisor.delete("c")
    #expect(await supervisor.counts == ChildCounts())
    #expect(await refusal { try await supervisor.terminate("c") } == .notFound)
    #expect(await refusal { try await supervisor.restart("c") } == .notFound)
    #expect(await refusal { try await supervisor.delete("c") } == .notFound)
    #expect(rig.told == Array(repeating: "c shutdown shutdown stopped", count: 2))
  }

  @Test func `a child in its pause is neither started nor deleted by hand`() async throws {
    let supervisor = rig.supervisor()
    try await supervisor.start(rig.child(.permanent) { throw Crash("x") })
    await clock.waitForSleepers()
    #expect(await refusal { try await supervisor.restart("c") } == .restarting)
    #expect(await refusal { try await supervisor.delete("c") } == .restarting)
    await supervisor.stop()
  }

  @Test func `a taken name and a child over the limit are refused`() async throws {
    let supervisor = rig.supervisor(SupervisorFlags(maxChildren: 2))
    let gate = Gate()
    let waiting: @Sendable () async throws -> Void = { try await gate.pass() }
    try await supervisor.start(rig.child(.temporary, id: "a", waiting))
    #expect(await refusal { try await supervisor.start(rig.child(.temporary, id: "a", waiting)) } == .taken)
    try await supervisor.start(rig.child(.temporary, id: "b", waiting))
    #expect(await refusal { try await supervisor.start(rig.child(.temporary, waiting)) } == .full)
    let full = await refusal { _ = try await supervisor.run("d") { _ in 1 } }
    #expect(full == .full)
    gate.open()
    await supervisor.wait(for: "a")
    let value = try await supervisor.run("d") { _ in 1 }
    #expect(value == 1)
    await supervisor.stop()
    let late = await refusal { _ = try await supervisor.run("e") { _ in 1 } }
    #expect(late == .stopping)
  }

  @Test(arguments: [(AutoShutdown.never, RestartPolicy.transient), (.anySignificant, .permanent)])
  func `a significant child is refused where it means nothing`(flag: AutoShutdown, restart: RestartPolicy) async {
    let supervisor = rig.supervisor(SupervisorFlags(autoShutdown: flag))
    var child = rig.child(restart)
    child.isSignificant = true
    let code = await refusal { try await supervisor.start(child) }
    #expect(code == .badCombination)
    #expect(await supervisor.counts == ChildCounts())
  }

  @Test(arguments: [AutoShutdown.anySignificant, .allSignificant])
  func `a supervisor ends with its significant children`(flag: AutoShutdown) async throws {
    let supervisor = rig.supervisor(SupervisorFlags(autoShutdown: flag))
    let gates = ["a": Gate(), "b": Gate()]
    try await supervisor.start(rig.child(.permanent))
    for (id, gate) in gates.sorted(by: { $0.key < $1.key }) {
      var child = rig.child(.transient, id: id) { try await gate.pass() }
      child.isSignificant = true
      try await supervisor.start(child)
    }
    gates["a"]?.open()
    await supervisor.wait(for: "a")
    if flag == .allSignificant {
      #expect(supervisor.end.current == nil)
      gates["b"]?.open()
    }
    #expect(await supervisor.end.value() == .autoShutdown)
    let wanted =
      flag == .anySignificant
      ? ["a childTerminated normal autoShutdown", "b shutdown shutdown removed", "c shutdown shutdown removed"]
      : ["a childTerminated normal stopped", "b childTerminated normal autoShutdown", "c shutdown shutdown removed"]
    #expect(rig.told == wanted)
  }

  @Test func `a child that throws when it is stopped is reported for that`() async throws {
    let supervisor = rig.supervisor()
    try await supervisor.start(
      rig.child(.permanent) {
        try? await Gate().pass()
        throw Crash("lost the file")
      })
    await supervisor.stop()
    #expect(rig.told == ["c shutdownError lost the file removed"])
  }

  @Test func `cancelling who runs a child cancels the child and awaits its end`() async {
    let supervisor = rig.supervisor()
    let started = Signal<Void>()
    let value = await withTaskGroup(of: String?.self) { group in
      group.addTask {
        try? await supervisor.run("work") { _ in
          started.fire()
          return (try? await Gate().pass()) == nil ? "cancelled" : "passed"
        }
      }
      _ = await started.values(1)
      group.cancelAll()
      return await group.next() ?? nil
    }
    #expect(value == "cancelled")
    #expect(rig.told == ["work shutdown cancelled removed"])
    #expect(await supervisor.childIDs == [])
  }
}
