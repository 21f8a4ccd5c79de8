import SCRTestSupport
import Testing

@testable import SCRRuntime

private struct Crash: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

@Suite(.timeLimit(.minutes(1))) struct SupervisorTests {
  private let clock = ManualClock()
  private let reports = Signal<ExitReport>()

  private func supervisor(maxChildren: Int = 16) -> Supervisor {
    Supervisor(name: "test", clock: clock, maxChildren: maxChildren) { [reports] in reports.fire($0) }
  }

  private static let steady = RestartBackoff(first: .milliseconds(100), longest: .seconds(1), jitter: 0)

  private static func child(
    _ restart: RestartPolicy, id: String = "c", restarts: Int = 10, _ body: @escaping @Sendable () async throws -> Void
  ) -> ChildSpec {
    ChildSpec(
      id: id, restart: restart, intensity: RestartIntensity(restarts: restarts), backoff: steady, body: body)
  }

  private func report(_ reason: String, _ consequence: ExitReport.Consequence, child: String = "c") -> ExitReport {
    ExitReport(supervisor: "test", child: child, reason: reason, consequence: consequence)
  }

  @Test func `a permanent child is started again after every end, each time after a longer pause`() async {
    let supervisor = supervisor()
    let lives = Counter()
    let started = Signal<Int>()
    let child = Self.child(.permanent) {
      let life = lives.next()
      started.fire(life)
      if life == 1 { return }
      if life == 2 { throw Crash("broken") }
      try await Gate().pass()
    }
    #expect(await supervisor.start(child))
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
      reports.all == [
        report("normal", .restarting(after: .milliseconds(100))),
        report("broken", .restarting(after: .milliseconds(200))), report("cancelled", .removed),
      ])
  }

  @Test func `a transient child is started again after an error only`() async {
    let supervisor = supervisor()
    let lives = Counter()
    await supervisor.start(Self.child(.transient) { if lives.next() == 1 { throw Crash("once") } })
    await clock.waitForSleepers()
    clock.advance(by: .milliseconds(100))
    await supervisor.wait(for: "c")
    #expect(
      reports.all == [report("once", .restarting(after: .milliseconds(100))), report("normal", .removed)])
    #expect(lives.next() == 3)
  }

  @Test func `a temporary child is never started again`() async {
    let supervisor = supervisor()
    await supervisor.start(Self.child(.temporary) { throw Crash("gone") })
    await supervisor.wait(for: "c")
    #expect(reports.all == [report("gone", .removed)])
    #expect(await supervisor.childIDs == [])
  }

  @Test func `a child that ends too often is given up, and its name is free again`() async {
    let supervisor = supervisor()
    await supervisor.start(Self.child(.permanent, restarts: 1) { throw Crash("again") })
    await clock.waitForSleepers()
    clock.advance(by: .milliseconds(100))
    await supervisor.wait(for: "c")
    #expect(
      reports.all == [report("again", .restarting(after: .milliseconds(100))), report("again", .gaveUp)])
    #expect(await supervisor.start(Self.child(.temporary) {}))
    await supervisor.wait(for: "c")
  }

  @Test func `stopping goes from the youngest to the oldest and waits for each`() async {
    let supervisor = supervisor()
    let started = Signal<Void>()
    for id in ["first", "second", "third"] {
      await supervisor.start(
        Self.child(.permanent, id: id) {
          started.fire()
          try await Gate().pass()
        })
    }
    _ = await started.values(3)
    #expect(await supervisor.childIDs == ["first", "second", "third"])
    await supervisor.stop()
    #expect(reports.all == ["third", "second", "first"].map { report("cancelled", .removed, child: $0) })
    #expect(await supervisor.start(Self.child(.temporary) {}) == false)
  }

  @Test func `a child in the pause before its restart is stopped there`() async {
    let supervisor = supervisor()
    let lives = Counter()
    await supervisor.start(
      Self.child(.permanent) {
        _ = lives.next()
        throw Crash("x")
      })
    await clock.waitForSleepers()
    await supervisor.stop("c")
    #expect(await supervisor.childIDs == [])
    #expect(lives.next() == 2)
    #expect(reports.all == [report("x", .restarting(after: .milliseconds(100)))])
  }

  @Test func `one child is stopped without the others; stopping nobody is no fault`() async {
    let supervisor = supervisor()
    for id in ["a", "b"] { await supervisor.start(Self.child(.permanent, id: id) { try await Gate().pass() }) }
    await supervisor.stop("nobody")
    await supervisor.wait(for: "nobody")
    await supervisor.stop("a")
    #expect(await supervisor.childIDs == ["b"])
    await supervisor.stop()
  }

  @Test func `a taken name and a child over the limit are refused`() async {
    let supervisor = supervisor(maxChildren: 2)
    let gate = Gate()
    let waiting: @Sendable () async throws -> Void = { try await gate.pass() }
    #expect(await supervisor.start(Self.child(.temporary, id: "a", waiting)))
    #expect(await supervisor.start(Self.child(.temporary, id: "a", waiting)) == false)
    #expect(await supervisor.start(Self.child(.temporary, id: "b", waiting)))
    #expect(await supervisor.start(Self.child(.temporary, id: "c", waiting)) == false)
    #expect(await supervisor.run("d", { 1 }) == nil)
    gate.open()
    await supervisor.wait(for: "a")
    #expect(await supervisor.run("d", { 1 }) == 1)
    await supervisor.stop()
    #expect(await supervisor.run("e", { 1 }) == nil)
  }

  @Test func `cancelling who runs a child cancels the child and awaits its end`() async {
    let supervisor = supervisor()
    let started = Signal<Void>()
    let value = await withTaskGroup(of: String?.self) { group in
      group.addTask {
        await supervisor.run("work") {
          started.fire()
          return (try? await Gate().pass()) == nil ? "cancelled" : "passed"
        }
      }
      _ = await started.values(1)
      group.cancelAll()
      return await group.next() ?? nil
    }
    #expect(value == "cancelled")
    #expect(reports.all == [report("cancelled", .removed, child: "work")])
    #expect(await supervisor.childIDs == [])
  }
}
