import SCRProtocol
import Testing

@testable import SCRRuntime

/// Steps that wait, in the state machine of a plan.
struct PlanWaitingTests {
  private static let task = TaskID.random()
  private static let ask = WaitSpec(.approval(question: "go on?", options: []))

  private func tool(_ id: String, needs: Set<String> = [], retry: RetryPolicy = .once) -> Step {
    Step(id: id, work: .tool(ToolName(tool: id), arguments: [:]), dependencies: needs, retry: retry)
  }

  private func wait(_ id: String, _ spec: WaitSpec = ask, needs: Set<String> = []) -> Step {
    Step(id: id, work: .wait(spec), dependencies: needs)
  }

  private func child(_ id: String, inputs: JSONObject = [:], attempts: Int = 1) -> Step {
    Step(
      id: id, work: .plan(ChildPlan(document: [:], plan: Plan(title: "c", steps: [tool("x")]), inputs: inputs)),
      retry: RetryPolicy(attempts: attempts, backoff: .milliseconds(100), jitter: 0), timeout: .seconds(9))
  }

  private func execution(
    _ steps: [Step], inputs: JSONObject = [:], records: [StepRecord] = [], maxParallel: Int = 8, childrenLeft: Int = 5
  ) -> PlanExecution {
    PlanExecution(
      plan: Plan(title: "test", steps: steps), inputs: inputs, records: records, unknownOutcomeDefault: .ask,
      maxParallel: maxParallel, childrenLeft: childrenLeft)
  }

  private func run(_ id: String, _ attempt: Int = 1) -> PlanExecution.Action {
    .run(stepID: id, work: .tool(ToolName(tool: id), arguments: [:]), attempt: attempt, timeout: nil)
  }

  private func unknown(_ record: StepRecord) -> ToolEffect { .unknown }

  private let broken = TaskReason(kind: "k", message: "broken")

  @Test func `a wait holds no slot, and the plan rests once only waits are left`() {
    var execution = execution([wait("w"), tool("a"), tool("b"), tool("c", needs: ["w"])], maxParallel: 1)
    #expect(
      execution.start(effect: unknown) == [
        .wait(stepID: "w", .spec(Self.ask), attempt: 1), run("a"), .ready(stepID: "b"),
      ])
    #expect(execution.stepSucceeded("a", value: 1) == [run("b")])
    #expect(execution.stepSucceeded("b", value: 1) == [.finish(.waiting(["w"]))])
    #expect(execution.states == ["w": .waiting, "a": .completed, "b": .completed, "c": .pending])
  }

  @Test func `a wait that begins while every slot is taken begins at once`() {
    var execution = execution([tool("a"), tool("b"), wait("w", needs: ["a"])], maxParallel: 1)
    #expect(execution.start(effect: unknown) == [run("a"), .ready(stepID: "b")])
    #expect(
      execution.stepSucceeded("a", value: 1) == [run("b"), .wait(stepID: "w", .spec(Self.ask), attempt: 1)])
  }

  @Test func `an answer that comes while others run goes on at once`() {
    var execution = execution([wait("w"), tool("a"), tool("c", needs: ["w"])])
    _ = execution.start(effect: unknown)
    #expect(execution.resolved([("w", .value(["text": "yes"]))], chance: 0) == [run("c")])
    #expect(execution.scope.steps["w"] == ["text": "yes"])
    #expect(execution.resolved([("w", .value(2))], chance: 0) == [])
  }

  @Test func `several answers are taken in before anything begins`() {
    var execution = execution([wait("v"), wait("w"), tool("c", needs: ["v", "w"])])
    _ = execution.start(effect: unknown)
    #expect(execution.resolved([], chance: 0) == [])
  }

  @Test func `the next run takes over what was answered meanwhile`() {
    let records = ["v", "w"].map { StepRecord(taskID: Self.task, stepID: $0, state: .waiting, attempt: 1) }
    var execution = execution([wait("v"), wait("w"), tool("c", needs: ["w"])], records: records)
    #expect(execution.start(effect: unknown, waits: ["v": .open, "w": .over(.value(1))]) == [run("c")])
    #expect(execution.states == ["v": .waiting, "w": .completed, "c": .running])
  }

  @Test func `a waiting step whose wait is gone waits anew`() {
    let record = StepRecord(taskID: Self.task, stepID: "w", state: .waiting, attempt: 1)
    var execution = execution([wait("w")], records: [record])
    #expect(
      execution.start(effect: unknown) == [
        .wait(stepID: "w", .spec(Self.ask), attempt: 1), .finish(.waiting(["w"])),
      ])
  }

  @Test(arguments: [
    (StepResolution.again, ["run"]), (.value(1), ["finish"]),
    (.failed(TaskReason(kind: "k", message: "m"), isRetryable: false), ["finish"]),
  ])
  func `a call of unknown outcome is made again under its number, taken as completed, or failed`(
    resolution: StepResolution, first: [String]
  ) {
    let intent = StepIntent(tool: ToolName(tool: "a"), arguments: [:], idempotencyKey: "k", effect: .unknown)
    let record = StepRecord(taskID: Self.task, stepID: "a", state: .waiting, attempt: 2, intent: intent)
    var execution = execution([tool("a")], records: [record])
    let actions = execution.start(effect: unknown, waits: ["a": .over(resolution)])
    switch resolution {
    case .again: #expect(actions == [run("a", 2)])
    case .value: #expect(actions == [.finish(.completed(result: ["a": 1]))])
    case .failed:
      #expect(
        actions == [
          .finish(
            .failed(TaskReason(kind: TaskReason.stepFailed, message: "the step a failed: m", stepID: "a")))
        ])
    }
  }

  @Test func `a child gets its inputs' values, and another attempt is another child`() {
    var execution = execution([child("k", inputs: ["n": "${inputs.n}"], attempts: 2)], inputs: ["n": 7])
    guard case .wait("k", .child(let plan, let timeout), 1)? = execution.start(effect: unknown).first else {
      Issue.record("no child")
      return
    }
    #expect(plan.inputs == ["n": 7])
    #expect(timeout == .seconds(9))
    var next = self.execution(
      [child("k", attempts: 2)],
      records: [StepRecord(taskID: Self.task, stepID: "k", state: .waiting, attempt: 1)])
    #expect(
      next.start(effect: unknown, waits: ["k": .over(.failed(broken, isRetryable: true))]) == [
        .retryLater(stepID: "k", attempt: 2, after: .milliseconds(100), broken)
      ])
    guard case .wait("k", .child, 2)? = next.retryDue("k").first else {
      Issue.record("no second child")
      return
    }
  }

  @Test func `a task has no more children than it may`() {
    var execution = execution([child("j"), child("k")], childrenLeft: 1)
    let actions = execution.start(effect: unknown)
    guard case .wait("j", _, _)? = actions.first, case .fail("k", let reason)? = actions.dropFirst().first else {
      Issue.record("expected a child and a failure, got \(actions)")
      return
    }
    #expect(reason.kind == "too_large")
    #expect(execution.states["k"] == .failed)
  }

  @Test func `a moment that is none fails the step before it waits`() {
    var execution = execution([wait("w", WaitSpec(.time(.at("${inputs.t}"))))], inputs: ["t": "soon"])
    guard case .fail("w", let reason)? = execution.start(effect: unknown).first else {
      Issue.record("it waits")
      return
    }
    #expect(reason.message.hasPrefix("\"soon\" is no RFC 3339 time"))
  }
}
