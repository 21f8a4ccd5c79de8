import SCRCommand
import SCRProtocol
import SCRRuntime
import Testing

@Suite struct CommandFailureTests {
  @Test(
    "What the runtime refuses exits with the code of interface.md",
    arguments: [
      (ErrorKind.invalidPlan, CommandExit.usage), (.invalidInput, .usage), (.invalidParams, .usage),
      (.modelUnavailable, .usage), (.storeUnavailable, .unavailable), (.shuttingDown, .unavailable),
      (.queueFull, .unavailable), (.cancelled, .cancelled), (.timeout, .timedOut), (.notFound, .failed),
      (.serverUnavailable, .failed), (.conflict, .failed), (.internal, .failed),
    ])
  func exits(_ kind: ErrorKind, _ exit: CommandExit) {
    #expect(CommandFailure(RuntimeError(kind, "it went wrong")).exit == exit)
  }

  @Test func `A locked state directory makes the runtime unavailable`() {
    let failure = CommandFailure(StoreError(.locked, "process 17 owns /s: use another --state"))
    #expect(failure.exit == .unavailable)
    #expect(failure.description == "error: process 17 owns /s: use another --state")
  }

  @Test func `The place of an error stands before it, once`() {
    let bare = RuntimeError(.invalidPlan, "unknown tool", hint: "did you mean calculator?", path: "plan.steps[0].tool")
    #expect(
      CommandFailure(bare).description
        == "error: plan.steps[0].tool: unknown tool\n  hint: did you mean calculator?")
    let placed = RuntimeError(.invalidPlan, "plan.yaml:3:5: plan.steps[0].tool: unknown", path: "plan.steps[0].tool")
    #expect(CommandFailure(placed).message == "plan.yaml:3:5: plan.steps[0].tool: unknown")
  }

  @Test func `A wrong input is a fault of its flag, not of the plan's file`() {
    let place = SourceLocation(file: "quick.yaml", line: 1, column: 1)
    let plan = PlanError(problems: [
      PlanProblem(.invalidInput, path: "inputs.x", "the plan has no input \"x\"", hint: "it has none", location: place),
      PlanProblem(path: "steps[0].tool", "unknown", location: place),
    ])
    let failure = CommandFailure(RuntimeError(.invalidPlan, "wrong", cause: plan))
    #expect(
      failure.message
        == "--input x: the plan has no input \"x\" (it has none)\nquick.yaml:1:1: steps[0].tool: unknown")
  }

  @Test func `As JSON a failure keeps kind, message and hint`() {
    #expect(
      CommandFailure.usage("no", hint: "yes").json
        == ["error": ["kind": "usage", "message": "no", "hint": "yes"]])
  }

  @Test("The codes are the ones that scripts know")
  func codes() {
    let exits: [CommandExit] = [
      .success, .failed, .usage, .cancelled, .timedOut, .unavailable, .signal(2), .signal(15),
    ]
    #expect(exits.map(\.code) == [0, 1, 2, 3, 4, 5, 130, 143])
  }
}
