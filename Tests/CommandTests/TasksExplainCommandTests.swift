import SCRCommand
import SCRProtocol
import SCRRuntime
import Testing

@testable import SCRStore

@Suite struct TasksExplainCommandTests {
  @Test func `A detached task waits for a runtime, or beside one for its turn`() async throws {
    try await Workshop.use { shop in
      let plan = try shop.write(Plans.good, to: "plan.yaml")
      let id = String(await shop.run(["run", "--plan", plan, "--detach"]).output.result.dropLast())
      let (exit, output) = await shop.run(["tasks", "explain", id])
      #expect(exit == .success)
      #expect(output.result.hasPrefix("\(id) queued: Sums\n  no_runtime: no scr works on this state directory now"))
      let owner = try StateDirectory.open(shop.state)
      let beside = try JSONParser.parse(await shop.run(["tasks", "explain", id, "--json"]).output.result)
      #expect(beside["reasons"]?.arrayValue?.compactMap { $0["kind"]?.stringValue } == ["lane", "turn"])
      owner.release()
    }
  }

  @Test func `A task that is not there is told with exit 1`() async throws {
    try await Workshop.use { shop in
      let (exit, output) = await shop.run(["tasks", "explain", "task_none"])
      #expect(exit == .failed)
      #expect(output.note.hasPrefix("error: there is no task \"task_none\""))
    }
  }

  @Test func `Children are told below their parent, and control characters of nobody`() {
    let begin = Timestamp(milliseconds: 1_700_000_000_000)
    let child = Explanation(
      taskID: TaskID("task_2"), title: "B", state: .queued, reasons: [.init(.turn, "soon")])
    let explanation = Explanation(
      taskID: TaskID("task_1"), title: "A\u{1B}[2J", state: .waiting,
      reasons: [.init(.child, "for \u{7}B", since: begin, until: begin + .seconds(1), hint: "wait")],
      children: [child])
    #expect(
      ExplanationText.text(explanation) == """
        task_1 waiting: A[2J
          child: for B (since 2023-11-14T22:13:20.000Z, until 2023-11-14T22:13:21.000Z)
            hint: wait
          task_2 queued: B
            turn: soon
        """)
  }
}
