import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@Suite("A task that is to begin later", .timeLimit(.minutes(1)))
struct ScheduledTaskTests {
  private static let plan: JSONValue = ["title": "P", "steps": [["id": "s", "tool": "fake.echo"]]]
  private let fixture = RuntimeFixture(FakeToolSource(["echo": { _ in ToolResult(text: "ok") }]))

  private func later(_ seconds: Int, deadline: Int? = nil, title: String? = nil) -> TaskSubmission {
    var submission = TaskSubmission(
      plan: Self.plan, title: title, deadline: deadline.map { fixture.clock.now() + .seconds($0) })
    submission.runAt = fixture.clock.now() + .seconds(seconds)
    return submission
  }

  private func kinds(_ id: TaskID) async throws -> [String] {
    try await fixture.store.events(since: 0, taskID: id, limit: 99).map(\.kind.rawValue).filter {
      $0.hasPrefix("task.")
    }
  }

  @Test("it is scheduled, goes into the queue at its moment and runs")
  func runs() async throws {
    let id = try await fixture.live { runtime in
      let submitted = try await runtime.submit(later(30))
      #expect(submitted.state == .scheduled)
      await fixture.clock.waitForSleepers()
      fixture.clock.advance(by: .seconds(29))
      #expect(try await runtime.task(submitted.id).task.state == .scheduled)
      fixture.clock.advance(by: .seconds(1))
      #expect(try await runtime.wait(for: submitted.id, timeout: nil)?.task.state == .completed)
      return submitted.id
    }
    #expect(
      try await kinds(id) == ["task.submitted", "task.scheduled", "task.queued", "task.started", "task.completed"])
    let events = try await fixture.store.events(since: 0, taskID: id, limit: 3)
    #expect(events[1].data == ["runAt": "2023-11-14T22:13:50.000Z"])
    #expect(events[2].data == ["priority": 3, "due": true])
  }

  @Test("it has its turn although the queue has read past its place in the meantime")
  func readPast() async throws {
    let gate = Gate()
    let source = FakeToolSource([
      "echo": { call in
        if call.context.taskID == TaskID("first") { try await gate.pass() }
        return ToolResult(text: "ok")
      }
    ])
    var fixture = RuntimeFixture(source)
    fixture.configuration.maxConcurrentTasks = 1
    // In the order of their places.
    let ids = ["first", "later", "second", "third"].map { TaskID($0) }
    let earlier = try await fixture.make()
    for id in ids {
      var submission = TaskSubmission(id: id, plan: Self.plan)
      if id == ids[1] { submission.runAt = fixture.clock.now() + .seconds(30) }
      _ = try await earlier.submit(submission)
    }
    let clock = fixture.clock
    try await fixture.live { runtime async throws in
      _ = await source.calls.values(1)
      let news = runtime.subscribe(taskID: ids[1])
      await clock.waitForSleepers(within: .seconds(30), notBefore: .seconds(30))
      clock.advance(by: .seconds(30))
      await news.awaitKind(.taskQueued)
      gate.open()
      for id in ids { #expect(try await runtime.wait(for: id, timeout: nil)?.task.state == .completed) }
    }
    #expect(source.calls.all.map(\.context.taskID) == ids)
  }

  @Test("a moment that has passed, or is now, is at once", arguments: [-5, 0])
  func past(seconds: Int) async throws {
    let submitted = try await fixture.make().submit(later(seconds))
    #expect(submitted.state == .queued)
    #expect(try await kinds(submitted.id) == ["task.submitted", "task.queued"])
  }

  @Test("what became due while nobody ran is queued right after the start, the earliest first, in batches")
  func afterStart() async throws {
    var ids: [TaskID] = []
    let runtime = try await fixture.make()
    for number in 0..<120 { ids.append(try await runtime.submit(later(200 - number)).id) }
    fixture.clock.advance(by: .seconds(300))
    try await fixture.live { [ids] runtime async throws in
      for id in ids { #expect(try await runtime.wait(for: id, timeout: nil)?.task.state == .completed) }
    }
    let queued = try await fixture.store.events(since: 0, taskID: nil, limit: 5000).filter { $0.kind == .taskQueued }
    #expect(queued.map(\.taskID) == ids.reversed())
    #expect(Set(queued.map(\.at)) == [fixture.clock.now()])
  }

  @Test("it can be cancelled, and gives its place in the queue back")
  func cancelled() async throws {
    var fixture = fixture
    fixture.configuration.maxQueuedTasks = 1
    let runtime = try await fixture.make()
    let first = try await runtime.submit(later(30)).id
    let full = await #expect(throws: RuntimeError.self) { try await runtime.submit(later(30)) }
    #expect(full?.kind == .queueFull)
    #expect(try await runtime.cancel(first).task.state == .cancelled)
    let second = try await runtime.submit(later(30))
    // The next life counts it, too.
    let next = try await fixture.make()
    let refused = await #expect(throws: RuntimeError.self) { try await next.submit(later(1)) }
    #expect(refused?.kind == .queueFull)
    _ = try await next.cancel(second.id)
    _ = try await next.submit(later(1))
  }

  @Test("one that was cancelled in the same moment does not hold up the others")
  func cancelledUnderway() async throws {
    let runtime = try await fixture.make()
    let first = try await runtime.submit(later(10)).id
    let second = try await runtime.submit(later(10)).id
    let store = fixture.store
    let cancels = OneShot<Void>()
    var cancelled = try await runtime.task(first).task
    cancelled.state = .cancelled
    // Cancels the first just before the batch that would queue both is written.
    let racing = InterceptedTaskStore(
      store,
      beforeBatch: { [cancelled] batch in
        guard batch.preconditions.count == 4, cancels.current == nil else { return }
        cancels.fire(())
        _ = try? await store.commit(StoreBatch(at: batch.at, changes: [.updateTask(cancelled)]))
      })
    var raced = fixture
    raced.store = racing
    fixture.clock.advance(by: .seconds(10))
    let snapshot = try await raced.live { try await $0.wait(for: second, timeout: nil) }
    #expect(snapshot?.task.state == .completed)
    #expect(cancels.current != nil)
    #expect(try await store.task(first)?.state == .cancelled)
  }

  @Test("a wall clock that is set forward is noticed within a minute")
  func clockForward() async throws {
    try await fixture.live { runtime in
      let id = try await runtime.submit(later(7200)).id
      await fixture.clock.waitForSleepers()
      fixture.clock.set(by: .seconds(7200))
      fixture.clock.advance(by: Bell.longestWait)
      #expect(try await runtime.wait(for: id, timeout: nil)?.task.state == .completed)
    }
  }

  @Test("a wall clock that is set back lets it wait until its moment has come again")
  func clockBack() async throws {
    try await fixture.live { runtime in
      let id = try await runtime.submit(later(50)).id
      await fixture.clock.waitForSleepers()
      fixture.clock.set(by: .seconds(-100))
      for _ in 0..<2 {
        fixture.clock.advance(by: .seconds(60))
        await fixture.clock.waitForSleepers()
        #expect(try await runtime.task(id).task.state == .scheduled)
      }
      fixture.clock.advance(by: .seconds(30))
      #expect(try await runtime.wait(for: id, timeout: nil)?.task.state == .completed)
    }
  }

  @Test("a deadline ends it before its moment has come when the queue holds it up; one before its moment is refused")
  func deadline() async throws {
    let runtime = try await fixture.make()
    let early = await #expect(throws: RuntimeError.self) { try await runtime.submit(later(30, deadline: 30)) }
    #expect(early?.path == "deadline")
    let id = try await runtime.submit(later(30, deadline: 40)).id
    fixture.clock.advance(by: .seconds(50))
    try await fixture.live { runtime in
      let snapshot = try await runtime.wait(for: id, timeout: nil)
      #expect(snapshot?.task.state == .failed)
      #expect(snapshot?.task.reason?.kind == "timeout")
    }
    #expect(fixture.source.called == [])
  }
}
