import SCRCommand
import SCRProtocol
import SCRRuntime
import Testing

@Suite struct ProgressFrameTests {
  private static let plan: JSONValue = [
    "steps": [
      ["id": "list", "tool": "filesystem.list_directory"], ["id": "count", "tool": "calculator"],
      ["id": "write", "tool": "filesystem.write_file"],
    ]
  ]
  private static func at(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: 1_000_000 + milliseconds) }
  private static func event(
    _ kind: EventKind, _ step: String? = nil, _ at: Int64, _ data: JSONValue = [:]
  ) -> RuntimeEvent {
    RuntimeEvent(sequence: at + 1, at: Self.at(at), kind: kind, taskID: TaskID("task_1"), stepID: step, data: data)
  }
  private static func running() -> RunProgress {
    var progress = RunProgress(title: "Report on a folder", plan: plan)
    for event in [
      event(.taskStarted, nil, 0), event(.stepStarted, "list", 0, ["attempt": 1]), event(.stepCompleted, "list", 12),
      event(.stepStarted, "count", 12, ["attempt": 1]),
      event(
        .stepRetrying, "count", 500, ["afterMs": 200, "reason": ["kind": "timeout", "message": "no answer\u{1B}[2J"]]),
      event(.stepStarted, "count", 700, ["attempt": 2]),
    ] { _ = progress.apply(event) }
    return progress
  }

  @Test func `A frame shows every step with state, time and retries`() {
    let frame = ProgressFrame(Self.running(), now: Self.at(2300), tick: 1, size: TerminalSize(columns: 100, rows: 24))
    #expect(
      frame.lines == [
        "⠙ Report on a folder  2.3 s",
        "  ✓ list   filesystem.list_directory  12 ms",
        "  ⠙ count  calculator                 2.2 s  attempt 2  no answer[2J",
        "  · write  filesystem.write_file",
      ])
  }

  @Test func `A step that its task's end cut short turns no longer`() {
    var progress = Self.running()
    _ = progress.apply(Self.event(.taskCancelled, nil, 900))
    let frame = ProgressFrame(progress, now: Self.at(5000), tick: 1, size: TerminalSize(columns: 100, rows: 24))
    #expect(
      frame.lines == [
        "✗ Report on a folder  cancelled  900 ms",
        "  ✓ list   filesystem.list_directory  12 ms",
        "  - count  calculator                 888 ms  attempt 2  no answer[2J",
        "  · write  filesystem.write_file",
      ])
  }

  @Test func `Lines are cut to the width of the terminal`() {
    let frame = ProgressFrame(Self.running(), now: Self.at(2300), tick: 0, size: TerminalSize(columns: 24, rows: 24))
    #expect(
      frame.lines == [
        "⠋ Report on a folder  …", "  ✓ list   filesystem.…", "  ⠋ count  calculator …", "  · write  filesystem.…",
      ])
    #expect(frame.lines.allSatisfy { TerminalText.width($0) <= 23 })
  }

  @Test func `A frame is drawn over the one before`() {
    var progress = RunProgress(title: "T", plan: nil)
    _ = progress.apply(Self.event(.taskStarted, nil, 0))
    let frame = ProgressFrame(progress, now: Self.at(5), tick: 0, size: TerminalSize())
    #expect(frame.drawn(over: 0) == "⠋ T  5 ms\u{1B}[K\n\u{1B}[J")
    #expect(frame.drawn(over: 4) == "\u{1B}[4A\r⠋ T  5 ms\u{1B}[K\n\u{1B}[J")
  }

  @Test func `A plan that is higher than the terminal shows what moves and counts the rest`() {
    let steps = (0..<40).map { JSONValue.object(["id": .string("s\($0)"), "tool": "calculator"]) }
    var progress = RunProgress(title: "Many", plan: ["steps": .array(steps)])
    for event in [
      Self.event(.taskStarted, nil, 0), Self.event(.stepStarted, "s0", 0), Self.event(.stepCompleted, "s0", 3),
      Self.event(.stepStarted, "s1", 3),
      Self.event(.stepFailed, "s1", 5, ["reason": ["kind": "internal", "message": "broken"]]),
      Self.event(.stepStarted, "s2", 5),
    ] { _ = progress.apply(event) }
    let frame = ProgressFrame(progress, now: Self.at(10), tick: 0, size: TerminalSize(columns: 80, rows: 24))
    #expect(
      frame.lines == [
        "⠋ Many  10 ms", "  ✗ s1  calculator  2 ms  broken", "  ⠋ s2  calculator  5 ms", "  … 1 completed, 37 more",
      ])
  }

  @Test func `Piped progress is one line for each thing that happened`() {
    var progress = RunProgress(title: "Report", plan: Self.plan)
    let events = [
      Self.event(.taskStarted, nil, 0), Self.event(.stepStarted, "list", 0, ["attempt": 1]),
      Self.event(.toolCalled, "list", 0, ["tool": "filesystem.list_directory"]),
      Self.event(.stepRetrying, "list", 40, ["afterMs": 200, "reason": ["kind": "timeout", "message": "too slow"]]),
      Self.event(.stepStarted, "list", 240, ["attempt": 2]), Self.event(.stepCompleted, "list", 252),
      Self.event(.stepStarted, "count", 252, ["attempt": 1]),
      Self.event(.stepFailed, "count", 260, ["reason": ["kind": "tool_failed", "message": "division by zero"]]),
      Self.event(.stepSkipped, "write", 260, ["reason": ["kind": "x", "message": "it needs count"]]),
      Self.event(.taskFailed, nil, 1300, ["reason": ["kind": "step_failed", "message": "the step count failed"]]),
    ]
    #expect(
      events.compactMap { progress.apply($0) } == [
        "[list] filesystem.list_directory", "[list] tries again in 200 ms: too slow", "[list] attempt 2",
        "[list] completed in 252 ms on attempt 2", "[count] calculator", "[count] failed after 8 ms: division by zero",
        "[write] skipped: it needs count",
      ])
    #expect(progress.state == .failed)
    #expect(progress.endedAt == Self.at(1300))
  }
}
