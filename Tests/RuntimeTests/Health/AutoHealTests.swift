import SCRProtocol
import SCRTestSupport
import Testing

@testable import SCRRuntime

@Suite("What is stuck is replaced", .timeLimit(.minutes(1))) struct AutoHealTests {
  /// Looks at the agents until `isDone`, as the runtime's own watch does.
  private static func look(
    _ runtime: CognitiveRuntime, _ clock: ManualClock, by pause: Duration, times: Int = 3
  ) async {
    for look in 0..<times {
      if look > 0 { clock.advance(by: pause) }
      for supervisor in [runtime.agents] + runtime.dispatcher.supervisors { await supervisor.check() }
    }
  }

  @Test func `a call that hangs beyond its time and ignores its end is fenced, and its step is tried again`()
    async throws
  {
    let (count, gate) = (Counter(), OneShot<Void>())
    let source = FakeToolSource([
      "hold": { _ in
        if count.next() == 1 { _ = await Task { await gate.value() }.value }
        return ToolResult(text: "done")
      }
    ])
    let clock = ManualClock()
    var fixture = RuntimeFixture(source, clock: clock)
    fixture.configuration.health.attemptMargin = .seconds(5)
    let (snapshot, page) = try await fixture.live { runtime in
      let (told, stuck) = (runtime.subscribe(), runtime.subscribe())
      defer {
        told.end()
        stuck.end()
      }
      let step: JSONValue = [
        "id": "s", "tool": "fake.hold", "timeoutMs": 5000,
        "retry": ["attempts": 2, "backoffMs": 1, "jitter": 0],
      ]
      let id = try await runtime.submit(TaskSubmission(plan: ["title": "H", "steps": [step]])).id
      _ = await source.calls.values(1)
      await clock.waitForSleepers(2)
      await Self.look(runtime, clock, by: .seconds(5))
      await told.awaitKind(.stepRetrying)
      await clock.waitForSleepers(within: .milliseconds(1))
      clock.advance(by: .milliseconds(1))
      let snapshot = try await runtime.wait(for: id, timeout: nil)
      await stuck.awaitKind(.agentStuck)
      let page = try await runtime.incidents()
      gate.fire(())
      return (snapshot, page)
    }
    #expect(snapshot?.task.state == .completed)
    #expect(snapshot?.outline == ["s completed 2"])
    #expect(source.called == ["hold", "hold"])
    #expect(page.incidents.map(\.kind) == [.stuck])
    #expect(page.incidents.first?.stepID == "s")
    #expect(page.incidents.first?.cause == .silent)
    let retries = try await fixture.store.events(since: 0, taskID: snapshot?.task.id, limit: 100)
    #expect(
      retries.first { $0.kind == .stepRetrying }?.data["reason"]?["message"]
        == "the call of fake.hold hung beyond its 5000 ms and was given up")
  }

  @Test func `an agent that hangs at its work is replaced, and its work goes on`() async throws {
    let (turn, hung, gate) = (Counter(), Signal<Void>(), OneShot<Void>())
    let clock = ManualClock()
    var fixture = RuntimeFixture(FakeToolSource(["do": { _ in ToolResult(text: "done") }]), clock: clock)
    let base = fixture.store
    fixture.store = InterceptedTaskStore(
      base,
      beforeLanes: {
        guard turn.next() == 1 else { return }
        hung.fire()
        _ = await Task { await gate.value() }.value
      })
    let (snapshot, tree) = try await fixture.live { runtime in
      let told = runtime.subscribe()
      defer { told.end() }
      let id = try await runtime.submit(
        TaskSubmission(plan: ["title": "D", "steps": [["id": "s", "tool": "fake.do"]]])
      ).id
      _ = await hung.values(1)
      await Self.look(runtime, clock, by: .seconds(30))
      let tree = await runtime.supervisionTree()
      await clock.waitForSleepers(within: .milliseconds(200))
      clock.advance(by: .milliseconds(200))
      let snapshot = try await runtime.wait(for: id, timeout: nil)
      await told.awaitKind(.agentStuck)
      gate.fire(())
      return (snapshot, tree)
    }
    #expect(snapshot?.task.state == .completed)
    #expect(tree.children.filter { $0.id == "dispatcher" }.map(\.state.name) == ["restarting", "stuck"])
    #expect(
      try await base.events(since: 0, taskID: nil, limit: 100).first { $0.kind == .agentStuck }?.data["agent"]
        == "dispatcher")
  }

  @Test func `an agent that waits for a moment is idle, so that nobody takes it for stuck`() async throws {
    let (clock, store) = (ManualClock(), InMemoryTaskStore())
    let task = AgentTask(title: "T", deadline: clock.now() + .seconds(600), createdAt: clock.now())
    _ = try await store.commit(StoreBatch(at: clock.now(), changes: [.insertTask(task)]))
    let life = ChildContext(id: "deadlines", generation: 1)
    let room = QueueRoom(QueueIntake([], limits: QueueLimits(), now: clock.now()), clock: clock)
    let watch = DeadlineWatch(store: store, hub: EventHub(after: 0), clock: clock, queueRoom: room)
    await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await watch.run(life) }
      await clock.waitForSleepers()
      group.cancelAll()
    }
    #expect(life.signs.steps >= 1)
    #expect(!life.signs.isBusy)
  }

  @Test func `the watch looks again and again, and tells after each look`() async throws {
    let (clock, looks) = (ManualClock(), Signal<Void>())
    let watch = HealthWatch(
      supervisors: [], clock: clock, rules: { HealthRules(checkEvery: .seconds(5)) }, changed: Bell()
    ) { looks.fire() }
    await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await watch.run() }
      for count in 1...3 {
        _ = await looks.values(count)
        await clock.waitForSleepers()
        clock.advance(by: .seconds(5))
      }
      group.cancelAll()
      await #expect(throws: CancellationError.self) { try await group.waitForAll() }
    }
  }

  @Test func `with a watch the owner leaves a picture of its agents`() async throws {
    let clock = ManualClock()
    var fixture = RuntimeFixture(FakeToolSource([:]), clock: clock)
    let written = Signal<Void>()
    let base = fixture.store
    fixture.store = InterceptedTaskStore(base) { () throws(StoreError) in written.fire() }
    fixture.configuration.health.checkEvery = .seconds(5)
    fixture.configuration.health.processID = 7
    let incarnation = try await fixture.live { runtime in
      _ = await written.values(1)
      return runtime.incarnation
    }
    let document = try await base.document(.agents, AgentPicture.id)
    let picture = try #require(document.flatMap { AgentPicture(json: $0.body) })
    #expect(picture.incarnation == incarnation)
    #expect(picture.processID == 7)
    #expect(picture.tree["id"] == "runtime")
  }
}
