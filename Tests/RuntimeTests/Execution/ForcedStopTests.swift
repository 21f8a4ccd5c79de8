import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@Suite("A worker that ignores its cancellation holds nobody up")
struct ForcedStopTests {
  /// Its tool `stubborn` ends when `gate` opens, and at nothing else.
  private static func fixture(_ gate: Gate) -> RuntimeFixture {
    var fixture = RuntimeFixture(
      FakeToolSource([
        "stubborn": { _ in
          await Task { try? await gate.pass() }.value
          return ToolResult(text: "late")
        },
        "fail": { _ in ToolResult(text: "broken", isError: true) },
      ]))
    // Nobody moves the clock.
    fixture.configuration.cancelGrace = .zero
    return fixture
  }

  private static func plan(_ extra: JSONObject = [:], _ steps: JSONValue...) -> JSONValue {
    var plan: JSONObject = ["title": "S", "steps": .array([["id": "s", "tool": "fake.stubborn"]] + steps)]
    for field in extra { plan[field.key] = field.value }
    return .object(plan)
  }

  @Test("the task ends as cancelled with the step told as stuck, and the late result is refused")
  func cancel() async throws {
    let gate = Gate()
    let fixture = Self.fixture(gate)
    let notices = Signal<String>()
    let id = try await fixture.live(notice: { notices.fire($0) }) { runtime in
      let id = try await runtime.submit(TaskSubmission(plan: Self.plan())).id
      _ = await fixture.source.calls.values(1)
      let snapshot = try await runtime.cancel(id)
      #expect(snapshot.task.state == .cancelled)
      #expect(snapshot.outline == ["s cancelled 1"])
      #expect(snapshot.steps.first?.reason?.kind == TaskReason.stuck)
      gate.open()
      _ = await notices.first { $0.hasSuffix("its result is refused") }
      return id
    }
    let steps = try await fixture.store.steps(of: id)
    #expect(steps.map(\.value) == [nil])
    #expect(steps.map(\.state) == [.cancelled])
    let kinds = try await fixture.store.events(since: 0, taskID: id, limit: 100).map(\.kind)
    #expect(kinds.suffix(2) == [.agentStuck, .taskCancelled])
  }

  @Test("a plan that fails fast does not wait for it either")
  func failFast() async throws {
    let gate = Gate()
    let fixture = Self.fixture(gate)
    let snapshot = try await fixture.live { runtime in
      defer { gate.open() }
      return try await runtime.complete(
        Self.plan(
          ["failure": "failFast"], ["id": "f", "tool": "fake.fail"], ["id": "n", "needs": ["s"], "tool": "fake.fail"]))
    }
    #expect(snapshot.task.state == .failed)
    #expect(snapshot.task.reason?.message == "the step f failed: broken")
    #expect(Set(snapshot.outline) == ["s cancelled 1", "f failed 1", "n cancelled 0"])
    #expect(snapshot.steps.first { $0.stepID == "s" }?.reason?.kind == TaskReason.stuck)
  }

  @Test("a shutdown leaves it to the next start, which asks what became of it")
  func shutdown() async throws {
    let gate = Gate()
    let fixture = Self.fixture(gate)
    let id = try await fixture.live { runtime in
      let id = try await runtime.submit(TaskSubmission(plan: Self.plan())).id
      _ = await fixture.source.calls.values(1)
      return id
    }
    gate.open()
    #expect(try await fixture.store.task(id)?.state == .queued)
    #expect(try await fixture.store.steps(of: id).map(\.state) == [.running])
    let waiting = try await fixture.live { runtime in
      let events = runtime.subscribe(taskID: id)
      if try await runtime.task(id).task.state != .waiting { await events.awaitKind(.taskWaiting) }
      return try await runtime.task(id)
    }
    #expect(waiting.waits.map(\.kind) == [.unknownOutcome])
    #expect(fixture.source.called == ["stubborn"])
  }
}
