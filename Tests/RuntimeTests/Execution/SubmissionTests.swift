import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@Suite("A submission is checked wholly before it is accepted")
struct SubmissionTests {
  private static let plan: JSONValue = ["title": "P", "steps": [["id": "s", "tool": "fake.echo"]]]
  private let fixture = RuntimeFixture(FakeToolSource(["echo": { _ in ToolResult(text: "ok") }]))

  private func refusal(_ submission: TaskSubmission) async throws -> RuntimeError {
    let runtime = try await fixture.make()
    return try await #require(throws: RuntimeError.self) { try await runtime.submit(submission) }
  }

  @Test("a goal without a model is refused with a hint")
  func goal() async throws {
    let error = try await refusal(TaskSubmission(goal: "Do something clever"))
    #expect(error.kind == .modelUnavailable)
    #expect(error.hint != nil)
    #expect(try await fixture.store.counts() == [:])
  }

  @Test("neither and both of goal and plan are refused")
  func goalAndPlan() async throws {
    #expect(try await refusal(TaskSubmission()).kind == .invalidParams)
    #expect(try await refusal(TaskSubmission(goal: "x", plan: Self.plan)).kind == .invalidParams)
  }

  @Test("an unknown tool is refused, with the one that was meant")
  func unknownTool() async throws {
    let error = try await refusal(
      TaskSubmission(plan: ["title": "P", "steps": [["id": "s", "tool": "fake.ecko"]]]))
    #expect(error.kind == .invalidPlan)
    #expect(error.path == "plan.steps[0].tool")
    #expect(error.description.contains("fake.echo"))
  }

  @Test("a tool server that is not ready is told of with its reason")
  func serverNotReady() async throws {
    fixture.source.status = ToolServerStatus(state: .failed, reason: "exit code 3")
    let error = try await refusal(TaskSubmission(plan: Self.plan))
    #expect(error.kind == .serverUnavailable)
    #expect(error.message.contains("exit code 3"))
  }

  /// Dies in the moment in which somebody who waited for it has found it ready.
  private static func dying(_ died: Signal<Void>) -> FakeToolSource {
    FakeToolSource(
      onSettle: { source, count in
        guard count == 1 else { return }
        source.status = ToolServerStatus(state: .restarting, restarts: 1, reason: "exit code 3")
        died.fire()
      }, ["echo": { _ in ToolResult(text: "ok") }])
  }

  @Test("a tool server that dies in the moment in which it was found ready is waited for")
  func serverDies() async throws {
    let died = Signal<Void>()
    let fixture = RuntimeFixture(Self.dying(died))
    let runtime = try await fixture.make()
    async let submitted = runtime.submit(TaskSubmission(plan: Self.plan))
    _ = await died.values(1)
    fixture.source.status = ToolServerStatus(state: .ready, restarts: 1)
    #expect(try await submitted.state == .queued)
  }

  @Test("a tool server that does not come back is waited for as long as the patience lasts")
  func serverStaysAway() async throws {
    let died = Signal<Void>()
    let fixture = RuntimeFixture(Self.dying(died))
    let runtime = try await fixture.make()
    async let submitted = runtime.submit(TaskSubmission(plan: Self.plan))
    _ = await died.values(1)
    await fixture.clock.waitForSleepers()
    fixture.clock.advance(by: fixture.configuration.serverPatience)
    do throws(any Error) {
      _ = try await submitted
      Issue.record("it was accepted")
    } catch let error as RuntimeError {
      #expect(error.kind == .serverUnavailable)
      #expect(error.message == "the tool server fake is restarting: exit code 3")
    }
  }

  @Test("another folder than the runtime's is refused")
  func otherFolder() async throws {
    let error = try await refusal(TaskSubmission(plan: Self.plan, workspaceRoot: "/elsewhere"))
    #expect(error.kind == .invalidInput)
    #expect(error.path == "context.cwd")
  }

  @Test("the same submission under the same key is the same task; another one is a conflict")
  func idempotency() async throws {
    let runtime = try await fixture.make()
    let first = try await runtime.submit(TaskSubmission(plan: Self.plan, idempotencyKey: "k"))
    let again = try await runtime.submit(TaskSubmission(plan: Self.plan, idempotencyKey: "k"))
    #expect(again == SubmittedTask(id: first.id, state: .queued, isRepeat: true))
    let error = await #expect(throws: RuntimeError.self) {
      try await runtime.submit(TaskSubmission(plan: Self.plan, title: "Other", idempotencyKey: "k"))
    }
    #expect(error?.kind == .conflict)
    #expect(error?.taskID == first.id)
    #expect(try await fixture.store.counts() == [.queued: 1])
  }

  @Test("a repeated submission is answered even while its tool server is away")
  func idempotencyWithoutServer() async throws {
    let runtime = try await fixture.make()
    let first = try await runtime.submit(TaskSubmission(plan: Self.plan, idempotencyKey: "k"))
    fixture.source.status = ToolServerStatus(state: .failed)
    let again = try await runtime.submit(TaskSubmission(plan: Self.plan, idempotencyKey: "k"))
    #expect(again == SubmittedTask(id: first.id, state: .queued, isRepeat: true))
  }

  @Test("a full queue refuses and says when to come back")
  func fullQueue() async throws {
    var fixture = fixture
    fixture.configuration.maxQueuedTasks = 1
    let runtime = try await fixture.make()
    let first = try await runtime.submit(TaskSubmission(plan: Self.plan))
    let error = await #expect(throws: RuntimeError.self) { try await runtime.submit(TaskSubmission(plan: Self.plan)) }
    #expect(error?.kind == .queueFull)
    #expect(error?.retryAfter == .seconds(60))
    _ = try await runtime.cancel(first.id)
    _ = try await runtime.submit(TaskSubmission(plan: Self.plan))
  }

  @Test("an ended task can be tried again as a new one; a queued one can not")
  func retry() async throws {
    let runtime = try await fixture.make()
    let first = try await runtime.submit(TaskSubmission(plan: Self.plan)).id
    let error = await #expect(throws: RuntimeError.self) { try await runtime.retry(first) }
    #expect(error?.kind == .conflict)
    _ = try await runtime.cancel(first)
    let second = try await runtime.retry(first).id
    #expect(try await runtime.task(second).task.retryOf == first)
  }

  @Test("an unknown task is not found")
  func unknownTask() async throws {
    let runtime = try await fixture.make()
    let error = await #expect(throws: RuntimeError.self) { try await runtime.task(TaskID("task_none")) }
    #expect(error?.kind == .notFound)
  }
}
