import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@Suite("A task survives the end of its runtime")
struct CrashTests {
  private static let plan: JSONValue = [
    "title": "Two steps",
    "steps": [["id": "first", "tool": "fake.note"], ["id": "second", "tool": "fake.hold", "needs": ["first"]]],
  ]

  /// A life that ends while `second` runs, as if by kill −9: nothing is written after that moment.
  private func crash(_ fixture: RuntimeFixture, policy: UnknownOutcomePolicy = .ask) async throws -> TaskID {
    let crashed = OneShot<Void>()
    let store = InterceptedTaskStore(fixture.store) { () throws(StoreError) in
      if crashed.current != nil { throw StoreError(.closed, "crashed") }
    }
    let registry = ToolRegistry(inlineTools: [], clock: fixture.clock)
    registry.add(fixture.source)
    let runtime = try await CognitiveRuntime(
      store: store, memory: fixture.memory, registry: registry, clock: fixture.clock,
      configuration: fixture.configuration)
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await runtime.run() }
      let id = try await runtime.submit(TaskSubmission(plan: Self.plan, unknownOutcomeDefault: policy)).id
      _ = await fixture.source.calls.first { $0.name.tool == "hold" }
      crashed.fire(())
      runtime.shutDown()
      return id
    }
  }

  private static func source(hold effect: ToolEffect, opensOn opening: Int) -> FakeToolSource {
    let holds = Counter()
    return FakeToolSource(
      effects: ["hold": effect],
      [
        "note": { _ in ToolResult(text: "noted") },
        "hold": { _ in
          if holds.next() < opening { try await Gate().pass() }
          return ToolResult(text: "held")
        },
      ])
  }

  @Test("the next life goes on from the last outcome; a call that may be repeated is, under its old number")
  func resumes() async throws {
    let fixture = RuntimeFixture(Self.source(hold: .idempotent, opensOn: 2))
    let id = try await crash(fixture)
    let snapshot = try await fixture.live { try await $0.wait(for: id, timeout: nil) }
    #expect(snapshot?.task.state == .completed)
    #expect(snapshot?.outline == ["first completed 1", "second completed 1"])
    #expect(fixture.source.called == ["note", "hold", "hold"])
    #expect(Set(fixture.source.calls.all.dropFirst().map(\.context.idempotencyKey)).count == 1)
  }

  @Test("a call that may not be repeated fails where the policy says so")
  func failsOnUnknownOutcome() async throws {
    let fixture = RuntimeFixture(Self.source(hold: .unknown, opensOn: 2))
    let id = try await crash(fixture, policy: .fail)
    let snapshot = try await fixture.live { try await $0.wait(for: id, timeout: nil) }
    #expect(snapshot?.task.state == .failed)
    #expect(snapshot?.steps.last?.reason?.kind == TaskReason.unknownOutcome)
    #expect(fixture.source.called == ["note", "hold"])
  }

  @Test("a call that may not be repeated waits for somebody to decide, and can be cancelled")
  func waitsOnUnknownOutcome() async throws {
    let fixture = RuntimeFixture(Self.source(hold: .unknown, opensOn: 2))
    let id = try await crash(fixture, policy: .ask)
    let snapshot = try await fixture.live { runtime in
      let events = runtime.subscribe(taskID: id)
      if try await runtime.task(id).task.state != .waiting { await events.awaitKind(.taskWaiting) }
      let waiting = try await runtime.task(id)
      #expect(waiting.task.state == .waiting)
      #expect(waiting.task.reason?.kind == TaskReason.unknownOutcome)
      return try await runtime.cancel(id)
    }
    #expect(snapshot.task.state == .cancelled)
    #expect(fixture.source.called == ["note", "hold"])
  }

  @Test("a task whose cancellation was asked for before the crash calls nothing any more")
  func cancelBeforeCrash() async throws {
    let fixture = RuntimeFixture(Self.source(hold: .idempotent, opensOn: 2))
    let id = try await crash(fixture)
    _ = try await fixture.store.commit(StoreBatch(at: fixture.clock.now(), changes: [.requestCancel(id)]))
    let snapshot = try await fixture.live { try await $0.wait(for: id, timeout: nil) }
    #expect(snapshot?.task.state == .cancelled)
    #expect(fixture.source.called == ["note", "hold"])
  }

  @Test("a recovered task waits for its tool server to be ready")
  func waitsForServer() async throws {
    let fixture = RuntimeFixture(Self.source(hold: .idempotent, opensOn: 2))
    let id = try await crash(fixture)
    fixture.source.status = ToolServerStatus(state: .starting)
    let told = Signal<String>()
    let snapshot = try await fixture.live(notice: { told.fire($0) }) { runtime in
      #expect(await told.values(1) == ["\(id) stays in the queue: its tool server fake is not ready"])
      #expect(try await runtime.task(id).task.state == .queued)
      fixture.source.status = ToolServerStatus(state: .ready)
      runtime.serverChanged("fake", fixture.source.status)
      return try await runtime.wait(for: id, timeout: nil)
    }
    #expect(snapshot?.outline == ["first completed 1", "second completed 1"])
  }

  @Test("what a crash left running can be cancelled by a runtime that works nothing off")
  func cancelsWhatIsLeft() async throws {
    let fixture = RuntimeFixture(Self.source(hold: .idempotent, opensOn: 2))
    let id = try await crash(fixture)
    let snapshot = try await fixture.make().cancel(id)
    #expect(snapshot.task.state == .cancelled)
    #expect(snapshot.outline == ["first completed 1", "second cancelled 1"])
  }

  @Test("an orderly stop puts the task back into the queue and costs no attempt")
  func orderlyStop() async throws {
    let fixture = RuntimeFixture(Self.source(hold: .readOnly, opensOn: 2))
    let id = try await fixture.live { runtime in
      let id = try await runtime.submit(TaskSubmission(plan: Self.plan)).id
      _ = await fixture.source.calls.first { $0.name.tool == "hold" }
      return id
    }
    #expect(try await fixture.store.task(id)?.state == .queued)
    let snapshot = try await fixture.live { try await $0.wait(for: id, timeout: nil) }
    #expect(snapshot?.task.state == .completed)
    #expect(snapshot?.outline == ["first completed 1", "second completed 1"])
  }

  @Test("an orderly stop lets a running step end: its outcome is kept, and the task completes if it was the last")
  func graceOfAStop() async throws {
    let gate = Gate()
    let source = FakeToolSource([
      "hold": { _ in
        try await gate.pass()
        return ToolResult(text: "held")
      }
    ])
    let fixture = RuntimeFixture(source)
    let id = try await fixture.live { runtime in
      let id = try await runtime.submit(
        TaskSubmission(plan: ["title": "One", "steps": [["id": "s", "tool": "fake.hold"]]])
      ).id
      _ = await source.calls.values(1)
      runtime.shutDown(grace: .seconds(1))
      // Heartbeat, the call's own time, the grace and the bound of the stop.
      await fixture.clock.waitForSleepers(4)
      gate.open()
      return id
    }
    #expect(try await fixture.store.task(id)?.state == .completed)
  }

  @Test("a task of another folder stays in the queue")
  func otherFolder() async throws {
    var fixture = RuntimeFixture(Self.source(hold: .readOnly, opensOn: 1))
    let id = try await fixture.make().submit(TaskSubmission(plan: Self.plan)).id
    fixture.configuration.workspaceRoot = "/elsewhere"
    let other = try await fixture.live { runtime in
      try await runtime.complete(["title": "Mine", "steps": [["id": "s", "tool": "fake.note"]]])
    }
    #expect(other.task.state == .completed)
    #expect(try await fixture.store.task(id)?.state == .queued)
  }
}
