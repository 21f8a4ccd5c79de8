import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@Suite("A task whose run failed is run again", .timeLimit(.minutes(1)))
struct TaskRunRetryTests {
  private static let plan: JSONValue = [
    "title": "P",
    "steps": [
      ["id": "first", "tool": "fake.note"], ["id": "second", "tool": "fake.flaky", "needs": ["first"]],
      ["id": "third", "tool": "fake.note", "needs": ["second"]],
    ],
  ]

  /// `flaky` fails so many times, then answers.
  private static func source(
    failures: Int, _ failure: @escaping @Sendable () throws -> ToolResult = { ToolResult(text: "no", isError: true) }
  ) -> FakeToolSource {
    let calls = Counter()
    return FakeToolSource([
      "note": { _ in ToolResult(text: "noted") },
      "flaky": { _ in calls.next() <= failures ? try failure() : ToolResult(text: "yes") },
    ])
  }

  private static func submission(_ retry: JSONValue?) -> TaskSubmission {
    var submission = TaskSubmission(plan: plan)
    submission.retry = retry
    return submission
  }

  /// Waits for the pause after so many runs and lets it pass.
  private func pass(
    _ runtime: CognitiveRuntime, _ id: TaskID, _ fixture: RuntimeFixture, after runs: Int = 1
  ) async throws -> AgentTask {
    let events = runtime.subscribe(taskID: id)
    defer { events.end() }
    var task = try await runtime.task(id).task
    while task.state != .scheduled || task.failedRuns != runs {
      _ = await events.next()
      task = try await runtime.task(id).task
    }
    await fixture.clock.waitForSleepers()
    fixture.clock.advance(by: try #require(task.runAt).since(fixture.clock.now()))
    return task
  }

  @Test("after a growing pause, and only what did not come to a good end")
  func again() async throws {
    let fixture = RuntimeFixture(Self.source(failures: 2))
    try await fixture.live { runtime in
      let id = try await runtime.submit(Self.submission(["attempts": 3, "backoffMs": 1000, "jitter": 0])).id
      let start = fixture.clock.now()
      let first = try await pass(runtime, id, fixture)
      #expect(first.runAt == start + .seconds(1))
      #expect(first.failedRuns == 1)
      #expect(first.reason?.kind == TaskReason.stepFailed)
      #expect(first.endedAt == nil)
      let second = try await pass(runtime, id, fixture, after: 2)
      #expect(second.runAt == start + .seconds(3))
      let snapshot = try await runtime.wait(for: id, timeout: nil)
      #expect(snapshot?.task.state == .completed)
      #expect(snapshot?.task.failedRuns == 2)
      #expect(snapshot?.outline == ["first completed 1", "second completed 1", "third completed 1"])
    }
    #expect(fixture.source.called == ["note", "flaky", "flaky", "flaky", "note"])
    let kinds = try await fixture.store.events(since: 0, taskID: nil, limit: 999).map(\.kind.rawValue)
    #expect(
      kinds.filter { $0.hasPrefix("task.") } == [
        "task.submitted", "task.queued", "task.started", "task.scheduled", "task.queued", "task.started",
        "task.scheduled", "task.queued", "task.started", "task.completed",
      ])
  }

  @Test("used up, it is a dead letter with reason and history, which can go again as a new task")
  func dead() async throws {
    let fixture = RuntimeFixture(Self.source(failures: 2))
    try await fixture.live { runtime in
      let id = try await runtime.submit(Self.submission(["attempts": 2, "backoffMs": 10])).id
      _ = try await pass(runtime, id, fixture)
      let snapshot = try #require(try await runtime.wait(for: id, timeout: nil))
      #expect(snapshot.task.state == .dead)
      #expect(snapshot.task.failedRuns == 2)
      #expect(snapshot.task.reason?.message == "the step second failed: no (the last of 2 runs)")
      #expect(snapshot.outline == ["first completed 1", "second failed 1", "third skipped 0"])
      let history = try await runtime.history(of: id).map(\.kind.rawValue)
      #expect(history.count { $0 == "step.failed" } == 2)
      #expect(history.suffix(1) == ["task.dead"])
      #expect(try await runtime.tasks(TaskQuery(states: [.dead])).tasks.map(\.id) == [id])
      let again = try await runtime.retry(id)
      #expect(try await runtime.wait(for: again.id, timeout: nil)?.task.state == .completed)
    }
  }

  @Test("without a policy a task stays failed, as it does where trying again would not help")
  func failed() async throws {
    let (once, thrice): (JSONValue, JSONValue) = (["attempts": 1], ["attempts": 3])
    let cases: [(JSONValue?, ToolError)] = [
      (nil, ToolError(.timeout, "slow", isRetryable: true)), (thrice, ToolError(.denied, "no")),
      (thrice, ToolError(.invalidInput, "no")), (once, ToolError(.timeout, "slow")),
    ]
    for (retry, error) in cases {
      let fixture = RuntimeFixture(Self.source(failures: 9) { throw error })
      let snapshot = try await fixture.live { runtime in
        let id = try await runtime.submit(Self.submission(retry)).id
        return try await runtime.wait(for: id, timeout: nil)
      }
      #expect(snapshot?.task.state == .failed)
      #expect(fixture.source.called == ["note", "flaky"])
    }
  }

  @Test("who asks to be left alone is, longer than the pause")
  func hint() async throws {
    let fixture = RuntimeFixture(
      Self.source(failures: 1) {
        var error = ToolError(.rateLimited, "slow down", isRetryable: true)
        error.retryAfter = .seconds(30)
        throw error
      })
    try await fixture.live { runtime in
      let start = fixture.clock.now()
      let id = try await runtime.submit(Self.submission(["attempts": 2, "backoffMs": 1])).id
      #expect(try await pass(runtime, id, fixture).runAt == start + .seconds(30))
      #expect(try await runtime.wait(for: id, timeout: nil)?.task.state == .completed)
    }
  }

  @Test("a step's own retry waits as long as it was asked to")
  func stepHint() async throws {
    let fixture = RuntimeFixture(
      Self.source(failures: 1) {
        var result = ToolResult(text: "busy", isError: true)
        result.retryAfter = .seconds(7)
        return result
      })
    let plan: JSONValue = [
      "title": "P",
      "steps": [["id": "s", "tool": "fake.flaky", "retry": ["attempts": 2, "backoffMs": 10, "jitter": 0]]],
    ]
    let retrying = try await fixture.live { runtime in
      let id = try await runtime.submit(TaskSubmission(plan: plan)).id
      let events = runtime.subscribe(taskID: id)
      while try await runtime.history(of: id).last?.kind != .stepRetrying { _ = await events.next() }
      events.end()
      return try await runtime.history(of: id).last
    }
    #expect(retrying?.data["afterMs"] == 7000)
  }

  @Test("a run that would begin after the deadline is not made")
  func deadline() async throws {
    let fixture = RuntimeFixture(Self.source(failures: 9))
    let snapshot = try await fixture.live { runtime in
      var submission = Self.submission(["attempts": 3, "backoffMs": 60_000, "jitter": 0])
      submission.deadline = fixture.clock.now() + .seconds(60)
      return try await runtime.wait(for: try await runtime.submit(submission).id, timeout: nil)
    }
    #expect(snapshot?.task.state == .failed)
    #expect(snapshot?.task.reason?.kind == TaskReason.stepFailed)
  }

  @Test("a plan may say it itself; a submission says otherwise")
  func ofThePlan() async throws {
    let fixture = RuntimeFixture(Self.source(failures: 0))
    let runtime = try await fixture.make()
    var plan = try #require(Self.plan.objectValue)
    plan["retry"] = ["attempts": 7]
    var submission = TaskSubmission(plan: .object(plan))
    let first = try await runtime.submit(submission).id
    #expect(try await runtime.task(first).task.retry?["attempts"] == 7)
    submission.id = .random()
    submission.retry = ["attempts": 2]
    let second = try await runtime.submit(submission).id
    #expect(try await runtime.task(second).task.retry == ["attempts": 2])
  }

  @Test("a policy that cannot be is refused by name", arguments: [[:], ["attempts": 101], 3] as [JSONValue])
  func badPolicy(retry: JSONValue) async throws {
    let runtime = try await RuntimeFixture(Self.source(failures: 0)).make()
    let error = await #expect(throws: RuntimeError.self) { try await runtime.submit(Self.submission(retry)) }
    #expect(error?.kind == .invalidParams)
    #expect(error?.path?.hasPrefix("retry") == true)
  }
}
