import SCRProtocol
import Testing

@testable import SCRRuntime

struct PlanExecutionTests {
  private static let task = TaskID.random()

  private func step(
    _ id: String, needs: Set<String> = [], arguments: JSONObject = [:], retry: RetryPolicy = .once,
    onUnknownOutcome: UnknownOutcomePolicy? = nil
  ) -> Step {
    Step(
      id: id, work: .tool(ToolName(tool: id), arguments: arguments), dependencies: needs, retry: retry,
      onUnknownOutcome: onUnknownOutcome)
  }

  private func execution(
    _ steps: [Step], inputs: JSONObject = [:], result: JSONValue? = nil, records: [StepRecord] = [],
    maxParallel: Int = 8, unknown: UnknownOutcomePolicy = .fail
  ) -> PlanExecution {
    PlanExecution(
      plan: Plan(title: "test", inputs: ["n": 1], steps: steps, result: result), inputs: inputs, records: records,
      unknownOutcomeDefault: unknown, maxParallel: maxParallel)
  }

  private func run(_ id: String, _ attempt: Int = 1, _ arguments: JSONObject = [:]) -> PlanExecution.Action {
    .run(stepID: id, work: .tool(ToolName(tool: id), arguments: arguments), attempt: attempt, timeout: nil)
  }

  private func record(
    _ id: String, _ state: StepState, attempt: Int = 1, value: JSONValue? = nil, reason: TaskReason? = nil,
    hasIntent: Bool = true
  ) -> StepRecord {
    let intent = StepIntent(tool: ToolName(tool: id), arguments: [:], idempotencyKey: "k", effect: .unknown)
    return StepRecord(
      taskID: Self.task, stepID: id, state: state, attempt: attempt, intent: hasIntent ? intent : nil, value: value,
      reason: reason)
  }

  private func unknown(_ record: StepRecord) -> ToolEffect { .unknown }

  private let broken = TaskReason(kind: TaskReason.toolFailed, message: "broken")

  private func failure(_ id: String) -> PlanExecution.Action {
    .finish(
      .failed(TaskReason(kind: TaskReason.stepFailed, message: "the step \(id) failed: broken", stepID: id)))
  }

  @Test func `steps run in parallel as dependencies allow, with earlier values in their arguments`() {
    var execution = execution(
      [
        step("a"), step("b"),
        step("c", needs: ["a", "b"], arguments: ["x": "${steps.a.text}", "y": "n${inputs.n}", "z": "${inputs.m}"]),
      ], inputs: ["m": 2], result: "${steps.c.text}!")
    #expect(execution.start(effect: unknown) == [run("a"), run("b")])
    #expect(execution.stepSucceeded("a", value: ["text": "A"]) == [])
    #expect(execution.stepSucceeded("b", value: ["text": "B"]) == [run("c", 1, ["x": "A", "y": "n1", "z": 2])])
    #expect(execution.stepSucceeded("c", value: ["text": "C"]) == [.finish(.completed(result: "C!"))])
    #expect(execution.states == ["a": .completed, "b": .completed, "c": .completed])
  }

  @Test func `without a result template the values of the last steps are the result`() {
    var execution = execution([step("a"), step("b", needs: ["a"]), step("c")])
    _ = execution.start(effect: unknown)
    _ = execution.stepSucceeded("a", value: 1)
    _ = execution.stepSucceeded("b", value: 2)
    #expect(execution.stepSucceeded("c", value: 3) == [.finish(.completed(result: ["b": 2, "c": 3]))])
  }

  @Test func `no more steps run at once than allowed`() {
    var execution = execution([step("a"), step("b"), step("c")], maxParallel: 2)
    #expect(execution.start(effect: unknown) == [run("a"), run("b"), .ready(stepID: "c")])
    #expect(execution.stepSucceeded("b", value: 1) == [run("c")])
  }

  @Test func `a failed step skips its dependents, independent steps finish, then the plan has failed`() {
    var execution = execution([step("a"), step("b", needs: ["a"]), step("c", needs: ["b"]), step("d")])
    _ = execution.start(effect: unknown)
    let skips: [PlanExecution.Action] = [("b", "a"), ("c", "b")].map { id, lost in
      .skip(
        stepID: id,
        TaskReason(
          kind: TaskReason.dependencyFailed, message: "it needs \(lost), which did not complete", stepID: id))
    }
    #expect(execution.stepFailed("a", reason: broken, isRetryable: false, chance: 0) == skips)
    #expect(execution.stepSucceeded("d", value: 1) == [failure("a")])
    #expect(execution.states == ["a": .failed, "b": .skipped, "c": .skipped, "d": .completed])
  }

  @Test func `arguments without a value fail the step before it runs and name the path`() {
    var execution = execution([step("a", arguments: ["x": "${inputs.gone}"])])
    let reason = TaskReason(
      .invalidInput, #"${inputs.gone} leads nowhere and has no default (write ${inputs.gone ?? "…"} to give one)"#,
      stepID: "a")
    #expect(
      execution.start(effect: unknown) == [
        .fail(stepID: "a", reason),
        .finish(
          .failed(
            TaskReason(
              kind: TaskReason.stepFailed, message: "the step a failed: \(reason.message)", stepID: "a"))),
      ])
  }

  @Test func `a result without a value fails the plan`() {
    var execution = execution([step("a")], result: "${steps.a.gone}")
    _ = execution.start(effect: unknown)
    guard case .finish(.failed(let reason))? = execution.stepSucceeded("a", value: [:]).last else {
      Issue.record("did not fail")
      return
    }
    #expect(reason.message.hasPrefix("the plan's result has no value: ${steps.a.gone} leads nowhere"))
  }

  @Test func `a retryable failure is tried again after a doubling pause, until the attempts are used up`() {
    let retry = RetryPolicy(attempts: 3, backoff: .milliseconds(100), jitter: 0)
    var execution = execution([step("a", retry: retry)])
    _ = execution.start(effect: unknown)
    #expect(
      execution.stepFailed("a", reason: broken, isRetryable: true, chance: 0) == [
        .retryLater(stepID: "a", attempt: 2, after: .milliseconds(100), broken)
      ])
    #expect(execution.retryDue("a") == [run("a", 2)])
    #expect(
      execution.stepFailed("a", reason: broken, isRetryable: true, chance: 0) == [
        .retryLater(stepID: "a", attempt: 3, after: .milliseconds(200), broken)
      ])
    #expect(execution.retryDue("a") == [run("a", 3)])
    #expect(execution.stepFailed("a", reason: broken, isRetryable: true, chance: 0) == [failure("a")])
  }

  @Test func `a failure that no attempt can mend is not tried again`() {
    var execution = execution([step("a", retry: RetryPolicy(attempts: 3))])
    _ = execution.start(effect: unknown)
    #expect(execution.stepFailed("a", reason: broken, isRetryable: false, chance: 0) == [failure("a")])
  }

  @Test func `a pause holds no slot, and the step that paused gets the next free one`() {
    let retry = RetryPolicy(attempts: 2, backoff: .milliseconds(10), jitter: 0)
    var execution = execution([step("a"), step("b", retry: retry), step("c"), step("d")], maxParallel: 1)
    #expect(
      execution.start(effect: unknown) == [
        run("a"), .ready(stepID: "b"), .ready(stepID: "c"), .ready(stepID: "d"),
      ])
    #expect(execution.stepSucceeded("a", value: 1) == [run("b")])
    #expect(
      execution.stepFailed("b", reason: broken, isRetryable: true, chance: 0) == [
        .retryLater(stepID: "b", attempt: 2, after: .milliseconds(10), broken), run("c"),
      ])
    #expect(execution.states["b"] == .ready)
    #expect(execution.retryDue("b") == [])
    #expect(execution.retryDue("b") == [])
    #expect(execution.stepSucceeded("c", value: 1) == [run("b", 2)])
    #expect(execution.stepSucceeded("b", value: 1) == [run("d")])
  }

  @Test func `a plan is not over while a step pauses`() {
    var execution = execution([step("a", retry: RetryPolicy(attempts: 2)), step("b")])
    _ = execution.start(effect: unknown)
    _ = execution.stepFailed("a", reason: broken, isRetryable: true, chance: 0)
    #expect(execution.stepSucceeded("b", value: 1) == [])
    #expect(execution.retryDue("a") == [run("a", 2)])
  }

  @Test func `pauses grow to a minute at most, and jitter only shortens them`() {
    let policy = RetryPolicy(attempts: 100, backoff: .milliseconds(200), jitter: 0.5)
    #expect(policy.pause(after: 1, chance: 0) == .milliseconds(200))
    #expect(policy.pause(after: 3, chance: 0) == .milliseconds(800))
    #expect(policy.pause(after: 1, chance: 1) == .milliseconds(100))
    #expect(policy.pause(after: 99, chance: 0) == .seconds(60))
  }

  @Test func `finished steps are not run again`() {
    var execution = execution(
      [step("a"), step("b", needs: ["a"], arguments: ["x": "${steps.a.text}"])],
      records: [record("a", .completed, value: ["text": "A"])])
    #expect(execution.start(effect: unknown) == [run("b", 1, ["x": "A"])])
  }

  @Test func `an interrupted call that may be repeated is made again under its old number`() {
    var execution = execution([step("a")], records: [record("a", .running, attempt: 2)])
    #expect(execution.start { _ in .readOnly } == [run("a", 2)])
  }

  @Test func `an interrupted call of unknown effect fails, asks or is retried as the step or the task says`() {
    let reason = TaskReason(
      kind: TaskReason.unknownOutcome,
      message: "the runtime ended while a ran; it is unknown whether the call took effect", stepID: "a",
      hint: "check its effect, then answer, or set onUnknownOutcome for the step")
    let records = [record("a", .running)]
    var failing = execution([step("a")], records: records)
    #expect(failing.start(effect: unknown).first == .fail(stepID: "a", reason))
    var asking = execution([step("a")], records: records, unknown: .ask)
    #expect(
      asking.start(effect: unknown) == [
        .wait(stepID: "a", .unknownOutcome(reason), attempt: 1), .finish(.waiting(["a"])),
      ])
    var retrying = execution([step("a", onUnknownOutcome: .retry)], records: records)
    #expect(retrying.start(effect: unknown) == [run("a", 1)])
  }

  @Test func `dependents of a step that waits for a decision wait with it`() {
    var execution = execution(
      [step("a"), step("b", needs: ["a"]), step("c")], records: [record("a", .running)], unknown: .ask)
    #expect(execution.start(effect: unknown).last == run("c"))
    #expect(execution.stepSucceeded("c", value: 1) == [.finish(.waiting(["a"]))])
    #expect(execution.states == ["a": .waiting, "b": .pending, "c": .completed])
  }

  @Test func `a step that waited for a decision is not simply run by the next start`() {
    var execution = execution([step("a")], records: [record("a", .waiting)], unknown: .ask)
    #expect(execution.start(effect: unknown, waits: ["a": .open]) == [.finish(.waiting(["a"]))])
  }

  @Test func `a step that paused before its retry goes on with the next attempt`() {
    var execution = execution(
      [step("a", retry: RetryPolicy(attempts: 3))], records: [record("a", .ready, attempt: 1)])
    #expect(execution.start(effect: unknown) == [run("a", 2)])
  }

  @Test func `a plan whose steps had all ended is over at once`() {
    var execution = execution(
      [step("a")], result: "${steps.a.text}",
      records: [
        record("a", .completed, value: ["text": "A"])
      ])
    #expect(execution.start(effect: unknown) == [.finish(.completed(result: "A"))])
  }

  @Test func `cancelling names the open steps, and nothing begins afterwards`() {
    var execution = execution(
      [step("a"), step("b"), step("c", needs: ["b"]), step("d", retry: RetryPolicy(attempts: 2))])
    _ = execution.start(effect: unknown)
    _ = execution.stepSucceeded("a", value: 1)
    _ = execution.stepFailed("d", reason: broken, isRetryable: true, chance: 0)
    #expect(execution.cancel() == ["b", "c", "d"])
    #expect(execution.stepSucceeded("b", value: 1) == [])
    #expect(execution.stepFailed("b", reason: broken, isRetryable: true, chance: 0) == [])
    #expect(execution.retryDue("d") == [])
    #expect(execution.cancel() == [])
    #expect(execution.states == ["a": .completed, "b": .cancelled, "c": .cancelled, "d": .cancelled])
  }

  @Test func `reports about steps that do not run change nothing`() {
    var execution = execution([step("a"), step("b", needs: ["a"])])
    _ = execution.start(effect: unknown)
    #expect(execution.stepSucceeded("b", value: 1) == [])
    #expect(execution.stepSucceeded("zzz", value: 1) == [])
    #expect(execution.retryDue("a") == [])
    #expect(execution.states == ["a": .running, "b": .pending])
  }

  @Test func `a value over its limits fails the step or the task as too large`() {
    let deep = (0..<100).reduce(JSONValue.null) { value, _ in [value] }
    var step = execution([step("a", arguments: ["x": "${inputs.deep}"])], inputs: ["deep": deep])
    guard case .fail("a", let reason)? = step.start(effect: unknown).first else {
      Issue.record("the step began")
      return
    }
    #expect(reason.kind == "too_large")
    #expect(reason.message == "the arguments would be nested deeper than 100 levels")

    for result in [["r": "${inputs.deep}"], nil] as [JSONValue?] {
      var task = execution([self.step("a")], inputs: ["deep": deep], result: result)
      _ = task.start(effect: unknown)
      #expect(
        task.stepSucceeded("a", value: deep) == [
          .finish(
            .failed(
              TaskReason(
                .tooLarge, "the plan's result has no value: it would be nested deeper than 100 levels")))
        ])
    }
  }
}
