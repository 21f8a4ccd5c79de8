import SCRProtocol
import Testing

@testable import SCRRuntime

struct PlanRevisionTests {
  private static let task = TaskID("task_1")

  private func step(_ id: String, _ tool: String = "t", needs: Set<String> = [], attempts: Int = 1) -> Step {
    Step(
      id: id, work: .tool(ToolName(tool: tool), arguments: [:]), dependencies: needs,
      retry: RetryPolicy(attempts: attempts))
  }

  private func record(_ id: String, _ state: StepState, hasIntent: Bool = true) -> StepRecord {
    let intent = StepIntent(tool: ToolName(tool: "t"), arguments: [:], idempotencyKey: "k", effect: .unknown)
    return StepRecord(taskID: Self.task, stepID: id, state: state, attempt: 1, intent: hasIntent ? intent : nil)
  }

  private func wait(_ step: String, _ kind: WaitKind) -> Wait {
    Wait(id: "wait_\(step)", taskID: Self.task, stepID: step, kind: kind, requestedAt: Timestamp(milliseconds: 1))
  }

  private func revision(
    _ old: [Step], _ new: [Step], _ records: [StepRecord], _ waits: [Wait] = []
  ) -> PlanRevision {
    PlanRevision(
      from: Plan(title: "t", steps: old), to: Plan(title: "t", steps: new), records: records, waits: waits)
  }

  @Test func `what has happened is kept, what has not begun follows from the others`() {
    let states: [(String, StepState)] = [
      ("done", .completed), ("broken", .failed), ("asked", .waiting), ("left", .skipped), ("ready", .ready),
    ]
    let steps = states.map { step($0.0) }
    let found = revision(
      steps, steps.reversed() + [step("new")], states.map { record($0.0, $0.1) }, [wait("asked", .approval)])
    #expect(found.kept == ["asked", "broken", "done"])
    #expect(found.forgotten == ["left", "ready"])
    #expect(found.closed == [] && found.problems == [])
  }

  @Test func `other retries and limits leave a step as it is`() {
    let found = revision([step("a")], [step("a", attempts: 9)], [record("a", .completed)])
    #expect(found.kept == ["a"])
  }

  @Test func `a completed step may be left out, and stays as history, but not be changed`() {
    #expect(revision([step("a")], [step("b")], [record("a", .completed)]) == revision([], [], []))
    for changed in [step("a", "u"), step("a", needs: ["b"])] {
      let found = revision([step("a")], [step("b"), changed], [record("a", .completed)])
      #expect(
        found.problems.map(\.description) == [
          "steps[1]: the step a cannot be changed: it has completed (give the new step another id)"
        ])
    }
  }

  @Test func `a failed step begins anew once it is changed`() {
    #expect(revision([step("a")], [step("a", "u")], [record("a", .failed)]).forgotten == ["a"])
    #expect(revision([step("a")], [], [record("a", .failed)]).forgotten == ["a"])
  }

  @Test func `a question of a step that is changed or left out needs no answer any more`() {
    let asked = wait("a", .approval)
    let found = revision([step("a")], [step("b")], [record("a", .waiting, hasIntent: false)], [asked])
    #expect(found.forgotten == ["a"])
    #expect(found.closed == [asked])
  }

  @Test func `a step whose call may have taken effect is not passed over`() {
    #expect(
      revision([step("a")], [], [record("a", .running)]).problems.map(\.description) == [
        "steps: the step a cannot be left out: its call may have taken effect"
      ])
    #expect(
      revision([step("a")], [step("a", "u")], [record("a", .waiting)], [wait("a", .unknownOutcome)]).problems.map(
        \.description) == [
          "steps[0]: the step a cannot be changed: its call may have taken effect (answer what is asked about it first)"
        ])
  }
}
