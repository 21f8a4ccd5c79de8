import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@Suite("A running task can be stopped")
struct StoppingTests {
  private static func holding(_ cancelled: Signal<Void>) -> FakeToolSource {
    FakeToolSource([
      "hold": { _ in
        do { try await Gate().pass() } catch {
          cancelled.fire()
          throw error
        }
        return ToolResult(text: "never")
      }
    ])
  }

  private static func plan(_ extra: JSONObject = [:]) -> JSONValue {
    var step: JSONObject = ["id": "s", "tool": "fake.hold"]
    for field in extra { step[field.key] = field.value }
    return ["title": "H", "steps": [.object(step), ["id": "after", "tool": "fake.hold", "needs": ["s"]]]]
  }

  @Test("cancelling reaches the tool call, and the answer comes when the task has ended")
  func cancel() async throws {
    let cancelled = Signal<Void>()
    let source = Self.holding(cancelled)
    let snapshot = try await RuntimeFixture(source).live { runtime in
      let id = try await runtime.submit(TaskSubmission(plan: Self.plan())).id
      _ = await source.calls.values(1)
      return try await runtime.cancel(id)
    }
    #expect(cancelled.all.count == 1)
    #expect(snapshot.task.state == .cancelled)
    #expect(snapshot.outline == ["s cancelled 1", "after cancelled 0"])
    #expect(snapshot.task.reason?.kind == "cancelled")
  }

  @Test("a call that ignores its cancellation is given up after its grace, and its late answer ignored")
  func stubbornCall() async throws {
    let (cancelled, gate) = (Signal<Void>(), OneShot<Void>())
    let source = FakeToolSource([
      "hold": { _ in
        await withTaskCancellationHandler {
          // A task of its own is not cancelled with the call.
          _ = await Task { await gate.value() }.value
        } onCancel: {
          cancelled.fire()
        }
        return ToolResult(text: "late")
      }
    ])
    let clock = ManualClock()
    let fixture = RuntimeFixture(source, clock: clock)
    let snapshot = try await fixture.live { runtime in
      let id = try await runtime.submit(TaskSubmission(plan: Self.plan())).id
      _ = await source.calls.values(1)
      async let ended = runtime.cancel(id)
      _ = await cancelled.values(1)
      await clock.waitForSleepers(within: fixture.configuration.cancelGrace)
      clock.advance(by: fixture.configuration.cancelGrace)
      let snapshot = try await ended
      let workers = await runtime.supervisionTree().children.first { $0.id == "workers" }
      #expect(workers?.children.map(\.state) == [.stuck(.ignoredShutdown)])
      gate.fire(())
      return snapshot
    }
    #expect(snapshot.task.state == .cancelled)
    #expect(snapshot.outline == ["s cancelled 1", "after cancelled 0"])
    #expect(try await fixture.store.steps(of: snapshot.task.id).first?.value == nil)
  }

  @Test("the tree has the agents, and below them who works tasks off")
  func tree() async throws {
    let source = Self.holding(Signal<Void>())
    let (id, tree) = try await RuntimeFixture(source).live { runtime in
      let id = try await runtime.submit(TaskSubmission(plan: Self.plan())).id
      _ = await source.calls.values(1)
      return (id, await runtime.supervisionTree())
    }
    #expect(tree.id == "runtime")
    let agents = [
      "incidents", "memory", "servers", "deadlines", "starts", "controls", "schedules", "waits", "families",
      "dispatcher",
    ]
    #expect(tree.children.map(\.id) == agents + ["runners", "workers"])
    #expect(tree.children.map(\.state) == Array(repeating: .running, count: 12))
    #expect(tree.children[10].children.map(\.id) == [id.text])
    #expect(tree.children[11].children.map(\.label) == ["fake.hold"])
  }

  @Test("a deadline ends the task as timed out")
  func deadline() async throws {
    let cancelled = Signal<Void>()
    let source = Self.holding(cancelled)
    let clock = ManualClock()
    let snapshot = try await RuntimeFixture(source, clock: clock).live { runtime in
      let id = try await runtime.submit(
        TaskSubmission(plan: Self.plan(), deadline: clock.now() + .seconds(5))
      ).id
      _ = await source.calls.values(1)
      // Deadline, heartbeat and the call's own time.
      await clock.waitForSleepers(3)
      clock.advance(by: .seconds(5))
      return try await runtime.wait(for: id, timeout: nil)
    }
    #expect(snapshot?.task.state == .failed)
    #expect(snapshot?.task.reason?.kind == "timeout")
    #expect(cancelled.all.count == 1)
  }

  @Test("a task whose deadline has passed before its turn runs nothing")
  func lateDeadline() async throws {
    let source = Self.holding(Signal<Void>())
    let clock = ManualClock()
    let snapshot = try await RuntimeFixture(source, clock: clock).live { runtime in
      let id = try await runtime.submit(TaskSubmission(plan: Self.plan(), deadline: clock.now())).id
      return try await runtime.wait(for: id, timeout: nil)
    }
    #expect(snapshot?.task.state == .failed)
    #expect(snapshot?.task.reason?.kind == "timeout")
    #expect(source.called == [])
  }

  @Test("a deadline ends a task that waits for its turn")
  func deadlineInQueue() async throws {
    let source = Self.holding(Signal<Void>())
    let clock = ManualClock()
    var fixture = RuntimeFixture(source, clock: clock)
    fixture.configuration.maxConcurrentTasks = 1
    let snapshot = try await fixture.live { runtime in
      _ = try await runtime.submit(TaskSubmission(plan: Self.plan()))
      _ = await source.calls.values(1)
      let id = try await runtime.submit(TaskSubmission(plan: Self.plan(), deadline: clock.now() + .seconds(5))).id
      // The running task's heartbeat and call, and the deadline.
      await clock.waitForSleepers(3)
      clock.advance(by: .seconds(5))
      return try await runtime.wait(for: id, timeout: nil)
    }
    #expect(snapshot?.task.state == .failed)
    #expect(snapshot?.task.reason?.kind == "timeout")
    #expect(source.called == ["hold"])
  }

  @Test("a step that takes too long fails as timed out, and its call is cancelled")
  func stepTimeout() async throws {
    let cancelled = Signal<Void>()
    let source = Self.holding(cancelled)
    let clock = ManualClock()
    let snapshot = try await RuntimeFixture(source, clock: clock).live { runtime in
      let id = try await runtime.submit(TaskSubmission(plan: Self.plan(["timeoutMs": 50]))).id
      _ = await source.calls.values(1)
      await clock.waitForSleepers(2)
      clock.advance(by: .milliseconds(50))
      return try await runtime.wait(for: id, timeout: nil)
    }
    #expect(snapshot?.task.state == .failed)
    #expect(snapshot?.steps.first?.reason?.kind == "timeout")
    #expect(cancelled.all.count == 1)
  }

  @Test("a wait ends with its time, the task goes on")
  func waitTimeout() async throws {
    let source = Self.holding(Signal<Void>())
    let clock = ManualClock()
    try await RuntimeFixture(source, clock: clock).live { runtime in
      let id = try await runtime.submit(TaskSubmission(plan: Self.plan())).id
      _ = await source.calls.values(1)
      await clock.waitForSleepers(2)
      async let waited = runtime.wait(for: id, timeout: .milliseconds(10))
      await clock.waitForSleepers(3)
      clock.advance(by: .milliseconds(10))
      #expect(try await waited == nil)
      #expect(try await runtime.task(id).task.state == .running)
    }
  }
}
