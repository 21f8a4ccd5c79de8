import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

/// A step's call that its tool server made a task of.
@Suite struct RemoteTaskTests {
  private static let record = RemoteTaskRecord(server: "fake", task: ["taskId": "T"])
  private static let plan: JSONValue = ["title": "Job", "steps": [["id": "job", "tool": "fake.job"]]]

  /// Begins a task and never ends it; a later call that finds one gives its result.
  private static func source(_ kept: Signal<RemoteTaskRecord?>) -> FakeToolSource {
    FakeToolSource([
      "job": { call in
        let journal = try #require(call.context.remoteTask)
        kept.fire(journal.left)
        if journal.left == record { return ToolResult(text: "done") }
        try await journal.keep(record)
        kept.fire(journal.left)
        try await Gate().pass()
        return ToolResult(text: "never")
      }
    ])
  }

  private func documents(_ fixture: RuntimeFixture) async throws -> [JSONValue] {
    try await fixture.store.documents(DocumentQuery(DocumentKind(rawValue: "remote.task"))).documents.map(\.body)
  }

  @Test func `after a crash the step follows the task instead of failing for its unknown outcome`() async throws {
    let kept = Signal<RemoteTaskRecord?>()
    let fixture = RuntimeFixture(Self.source(kept))
    let id = Signal<TaskID>()
    let dropped = try await DroppedLife.run(
      fixture, atFirst: { $0.changes.contains { if case .putDocument = $0 { true } else { false } } }, written: true
    ) { runtime in
      id.fire(try await runtime.submit(TaskSubmission(plan: Self.plan, unknownOutcomeDefault: .fail)).id)
      _ = try await runtime.wait(for: id.all[0], timeout: nil)
    }
    #expect(dropped)
    #expect(try await documents(fixture) == [["server": "fake", "task": ["taskId": "T"], "stepId": "job"]])
    let snapshot = try await fixture.live { try await $0.wait(for: id.all[0], timeout: nil) }
    #expect(snapshot?.outline == ["job completed 1"])
    #expect(snapshot?.steps.first?.value?["text"] == "done")
    // The outcome and the end of what was kept are one commit.
    #expect(try await documents(fixture) == [])
  }

  @Test func `a retry of the step begins anew`() async throws {
    let left = Signal<RemoteTaskRecord?>()
    let tries = Counter()
    let source = FakeToolSource(
      effects: ["job": .idempotent],
      [
        "job": { call in
          let journal = try #require(call.context.remoteTask)
          left.fire(journal.left)
          try await journal.keep(Self.record)
          return tries.next() == 1 ? ToolResult(text: "no", isError: true) : ToolResult(text: "done")
        }
      ])
    let fixture = RuntimeFixture(source)
    let plan: JSONValue = [
      "title": "Job", "steps": [["id": "job", "tool": "fake.job", "retry": ["attempts": 2, "backoffMs": 100]]],
    ]
    let snapshot = try await fixture.live { runtime in
      async let end = runtime.complete(plan)
      await fixture.clock.waitForSleepers()
      _ = await left.values(1)
      while left.all.count < 2 {
        await fixture.clock.waitForSleepers(1)
        fixture.clock.advance(by: .milliseconds(200))
        await Task.yield()
      }
      return try await end
    }
    #expect(snapshot.outline == ["job completed 2"])
    #expect(left.all == [nil, nil])
    #expect(try await documents(fixture) == [])
  }

  @Test func `a stop of the runtime leaves the task to the next life, a cancellation does not`() async throws {
    let kept = Signal<RemoteTaskRecord?>()
    let goesOn = Signal<Bool>()
    let source = FakeToolSource([
      "job": { call in
        let journal = try #require(call.context.remoteTask)
        if journal.left == Self.record { return ToolResult(text: "done") }
        try await journal.keep(Self.record)
        kept.fire(journal.left)
        do { try await Gate().pass() } catch {
          goesOn.fire(journal.goesOn)
          throw error
        }
        return ToolResult(text: "never")
      }
    ])
    let fixture = RuntimeFixture(source)
    let id = try await fixture.live { runtime in
      let id = try await runtime.submit(TaskSubmission(plan: Self.plan)).id
      _ = await kept.values(1)
      return id
    }
    #expect(goesOn.all == [true])
    let snapshot = try await fixture.live { try await $0.wait(for: id, timeout: nil) }
    #expect(snapshot?.outline == ["job completed 1"])
    _ = try await fixture.live { runtime in
      let other = try await runtime.submit(TaskSubmission(plan: Self.plan)).id
      _ = await kept.values(2)
      _ = try await runtime.cancel(other)
      return try await runtime.wait(for: other, timeout: nil)
    }
    #expect(goesOn.all == [true, false])
  }
}
