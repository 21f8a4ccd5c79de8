import SCRProtocol
import Testing

@testable import SCRRuntime

/// What a failed step does to the others.
struct PlanFailureTests {
  private func step(
    _ id: String, needs: Set<String> = [], arguments: JSONObject = [:], _ policy: StepFailurePolicy? = nil,
    attempts: Int = 1
  ) -> Step {
    Step(
      id: id, work: .tool(ToolName(tool: id), arguments: arguments), dependencies: needs,
      retry: RetryPolicy(attempts: attempts, jitter: 0), onFailure: policy)
  }

  private func execution(
    _ steps: [Step], _ failure: PlanFailurePolicy = .finishOthers, result: JSONValue? = nil,
    records: [StepRecord] = []
  ) -> PlanExecution {
    PlanExecution(
      plan: Plan(title: "test", steps: steps, result: result, failure: failure), inputs: [:], records: records,
      unknownOutcomeDefault: .ask, maxParallel: 8)
  }

  private func run(_ id: String, _ arguments: JSONObject = [:]) -> PlanExecution.Action {
    .run(stepID: id, work: .tool(ToolName(tool: id), arguments: arguments), attempt: 1, timeout: nil)
  }

  private func unknown(_ record: StepRecord) -> ToolEffect { .unknown }

  private let broken = TaskReason(kind: TaskReason.toolFailed, message: "broken")

  private func failed(_ id: String) -> PlanExecution.Action {
    .finish(
      .failed(TaskReason(kind: TaskReason.stepFailed, message: "the step \(id) failed: broken", stepID: id)))
  }

  @Test func `a fan-in goes on with what there is: failures are values with isError`() {
    var execution = execution(
      [
        step("a", .continue), step("b", .continue),
        step("join", needs: ["a", "b"], arguments: ["a": "${steps.a.isError}", "b": "${steps.b.text}"]),
      ], result: "${steps.join.text} ${steps.b.isError}")
    #expect(execution.start(effect: unknown) == [run("a"), run("b")])
    #expect(execution.stepSucceeded("a", value: ["text": "A", "isError": false]) == [])
    let answer: JSONValue = ["text": "no such file", "isError": true]
    #expect(
      execution.stepFailed("b", reason: broken, isRetryable: false, chance: 0, value: answer)
        == [run("join", ["a": false, "b": "no such file"])])
    #expect(
      execution.stepSucceeded("join", value: ["text": "joined"])
        == [.finish(.completed(result: "joined true"))])
    #expect(execution.states == ["a": .completed, "b": .failed, "join": .completed])
  }

  @Test func `a failure without an answer is a value in the same shape`() {
    var execution = execution(
      [step("a", .continue)], result: "${steps.a.structuredContent.reason.kind}: ${steps.a.text}")
    _ = execution.start(effect: unknown)
    #expect(
      execution.stepFailed("a", reason: broken, isRetryable: false, chance: 0)
        == [.finish(.completed(result: "tool_failed: broken"))])
  }

  @Test func `a step that goes on with failures is skipped all the same where what it needs was`() {
    var execution = execution([step("a"), step("b", needs: ["a"], .continue), step("c", needs: ["b"])])
    _ = execution.start(effect: unknown)
    let actions = execution.stepFailed("a", reason: broken, isRetryable: false, chance: 0)
    #expect(execution.states == ["a": .failed, "b": .skipped, "c": .skipped])
    #expect(actions.last == failed("a"))
  }

  @Test func `a plan that fails fast stops what runs, tells it of each, and then has failed`() {
    var execution = execution(
      [step("a"), step("b"), step("c", needs: ["b"]), step("d", attempts: 3)], .failFast)
    #expect(execution.start(effect: unknown) == [run("a"), run("b"), run("d")])
    #expect(
      execution.stepFailed("a", reason: broken, isRetryable: false, chance: 0)
        == [.stop(stepID: "b"), .stop(stepID: "d")])
    #expect(execution.stepStopped("b") == [])
    // A failure of its own is no reason for another attempt any more.
    #expect(
      execution.stepFailed("d", reason: broken, isRetryable: true, chance: 0) == [.cancel(stepID: "c"), failed("a")])
    #expect(execution.states == ["a": .failed, "b": .cancelled, "c": .cancelled, "d": .failed])
  }

  @Test func `one step may stop a plan that finishes the others, and one may be spared in a plan that fails fast`() {
    var stopping = execution([step("a", .stop), step("b")])
    _ = stopping.start(effect: unknown)
    #expect(
      stopping.stepFailed("a", reason: broken, isRetryable: false, chance: 0) == [.stop(stepID: "b")])
    // What completes in the same moment has completed.
    #expect(stopping.stepSucceeded("b", value: 1) == [failed("a")])
    #expect(stopping.states == ["a": .failed, "b": .completed])

    var sparing = execution([step("a", .skipDependents), step("b")], .failFast)
    _ = sparing.start(effect: unknown)
    #expect(sparing.stepFailed("a", reason: broken, isRetryable: false, chance: 0) == [])
    #expect(sparing.stepSucceeded("b", value: 1) == [failed("a")])
  }

  @Test func `a step that pauses or waits ends with the plan`() {
    let wait = Step(id: "w", work: .wait(WaitSpec(.event(name: "e", key: nil))))
    var execution = execution([step("a"), step("p", attempts: 2), wait], .failFast)
    _ = execution.start(effect: unknown)
    _ = execution.stepFailed("p", reason: broken, isRetryable: true, chance: 0)
    #expect(
      execution.stepFailed("a", reason: broken, isRetryable: false, chance: 0)
        == [.cancel(stepID: "p"), .cancel(stepID: "w"), failed("a")])
  }

  @Test func `arguments without a value stop a plan that fails fast before anything else begins`() {
    var execution = execution([step("a", arguments: ["x": "${inputs.gone}"]), step("b")], .failFast)
    let actions = execution.start(effect: unknown)
    #expect(actions.count == 3)
    #expect(actions.dropFirst().first == .cancel(stepID: "b"))
    #expect(execution.states == ["a": .failed, "b": .cancelled])
  }

  @Test func `after a crash a plan that was failing asks nobody and goes on failing`() {
    let intent = StepIntent(tool: ToolName(tool: "b"), arguments: [:], idempotencyKey: "k", effect: .unknown)
    let task = TaskID("t")
    var execution = execution(
      [step("a"), step("b"), step("c")], .failFast,
      records: [
        StepRecord(taskID: task, stepID: "a", state: .failed, attempt: 1, reason: broken),
        StepRecord(taskID: task, stepID: "b", state: .running, attempt: 1, intent: intent),
      ])
    #expect(
      execution.start(effect: unknown) == [.cancel(stepID: "b"), .cancel(stepID: "c"), failed("a")])
  }

  @Test func `after a crash a failure that others go on with is still their value`() {
    let record = StepRecord(
      taskID: TaskID("t"), stepID: "a", state: .failed, attempt: 1, value: ["text": "no", "isError": true],
      reason: broken)
    var execution = execution(
      [step("a", .continue), step("b", needs: ["a"], arguments: ["x": "${steps.a.text}"])], records: [record])
    #expect(execution.start(effect: unknown) == [run("b", ["x": "no"])])
  }
}
