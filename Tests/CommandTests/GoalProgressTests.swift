import SCRCommand
import SCRProtocol
import SCRRuntime
import Testing

@Suite("The progress of a goal")
struct GoalProgressTests {
  private static func event(_ kind: EventKind, _ step: String? = nil, _ data: JSONValue = [:]) -> RuntimeEvent {
    RuntimeEvent(
      sequence: 1, at: Timestamp(milliseconds: 0), kind: kind, taskID: TaskID("task_1"), stepID: step, data: data)
  }

  private static func delta(_ text: String) -> EventDelta {
    EventDelta(
      after: 1, part: 1, at: Timestamp(milliseconds: 0), kind: .modelDelta, taskID: TaskID("task_1"), stepID: "write",
      data: ["text": .string(text)])
  }

  @Test("steps come as they are planned, and what a model says is shown while it says it")
  func speech() {
    var progress = RunProgress(title: "goal", plan: nil)
    let lines = [
      Self.event(.taskStarted), Self.event(.stepStarted, "plan", ["attempt": 1, "agent": "planner"]),
      Self.event(.stepCompleted, "plan"),
      Self.event(
        .planRevised, "plan", ["added": [["id": "write", "work": "writer"], ["id": "review", "work": "critic"]]]),
      Self.event(.stepStarted, "write", ["attempt": 1, "agent": "writer"]),
      Self.event(.toolCalled, "write", ["tool": "fs.read", "agent": "writer"]), Self.event(.modelStarted, "write"),
    ].compactMap { progress.apply($0) }
    #expect(
      lines == [
        "[plan] planner", "[plan] completed in 0 ms", "[plan] the plan goes on with write, review", "[write] writer",
        "[write] calls fs.read",
      ])
    for text in ["It\nis ", "done.\u{1B}[2J"] { progress.apply(Self.delta(text)) }
    let size = TerminalSize(columns: 80, rows: 24)
    let now = Timestamp(milliseconds: 5)
    #expect(
      ProgressFrame(progress, now: now, tick: 0, size: size).lines == [
        "⠋ goal  5 ms", "  ✓ plan    planner  0 ms", "  ⠋ write   writer   5 ms  It is done.[2J", "  · review  critic",
      ])
    _ = progress.apply(Self.event(.stepCompleted, "write"))
    #expect(ProgressFrame(progress, now: now, tick: 0, size: size).lines[2] == "  ✓ write   writer   0 ms")
  }
}
