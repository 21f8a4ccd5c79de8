import SCRProtocol
import SCRTestSupport
import Testing

@testable import SCRRuntime

@Suite("A task is taken up again from one of its steps", .timeLimit(.minutes(1)))
struct RewindTests {
  private static func source() -> FakeToolSource {
    let failures = Counter()
    return FakeToolSource(
      effects: ["fail": .idempotent],
      [
        "note": { ToolResult(text: "noted \($0.arguments["text"]?.stringValue ?? "")") },
        "fail": { _ in
          let first = failures.next() == 1
          return ToolResult(text: first ? "broken" : "mended", isError: first)
        },
      ])
  }

  private static let plan: JSONValue = [
    "title": "R",
    "steps": [
      ["id": "a", "tool": "fake.note", "arguments": ["text": "1"]],
      ["id": "b", "tool": "fake.note", "arguments": ["text": "${steps.a.text}"]],
      ["id": "c", "tool": "fake.fail", "needs": ["b"]],
      ["id": "other", "tool": "fake.note", "arguments": ["text": "2"]],
    ], "result": "${steps.b.text} ${steps.c.text} ${steps.other.text}",
  ]

  private static func edits(_ step: String) -> RetryEdits {
    var edits = RetryEdits()
    edits.from = step
    return edits
  }

  @Test("what completed and does not need the step keeps its outcome and is not run again")
  func fromFailure() async throws {
    let fixture = RuntimeFixture(Self.source())
    let (old, new) = try await fixture.live { runtime in
      let old = try await runtime.complete(Self.plan)
      let id = try await runtime.retry(old.task.id, Self.edits("c")).id
      return (old, try #require(try await runtime.wait(for: id, timeout: nil)))
    }
    #expect(old.task.state == .failed)
    #expect(new.task.state == .completed)
    #expect(new.task.retryOf == old.task.id)
    #expect(new.task.result == "noted noted 1 mended noted 2")
    #expect(fixture.source.called.filter { $0 == "fail" }.count == 2)
    #expect(fixture.source.called.filter { $0 == "note" }.count == 3)
    #expect(Set(new.outline) == ["a completed 0", "b completed 0", "other completed 0", "c completed 1"])
    // What was taken over was not used up by this task.
    #expect(new.task.usage?["toolCalls"] == 1)
    let told = try await fixture.store.events(since: 0, taskID: new.task.id, limit: 99).filter {
      $0.kind == .planCreated
    }
    #expect(told.map { $0.data["takenOver"]?.arrayValue?.count } == [3])
    #expect(told.first?.data["from"] == .string(old.task.id.text))
  }

  @Test("what needs the step is run again, through others as well")
  func descendants() async throws {
    let fixture = RuntimeFixture(Self.source())
    let new = try await fixture.live { runtime in
      let old = try await runtime.complete(Self.plan)
      let id = try await runtime.retry(old.task.id, Self.edits("a")).id
      return try await runtime.wait(for: id, timeout: nil)
    }
    #expect(new?.outline.contains("b completed 1") == true)
    #expect(new?.outline.contains("other completed 0") == true)
    #expect(fixture.source.called.filter { $0 == "note" }.count == 5)
  }

  @Test("a step that the plan does not have is refused, with the nearest name")
  func unknown() async throws {
    try await RuntimeFixture(Self.source()).live { runtime in
      let old = try await runtime.complete(Self.plan)
      let error = await #expect(throws: RuntimeError.self) {
        try await runtime.retry(old.task.id, Self.edits("othr"))
      }
      #expect(error?.kind == .invalidParams)
      #expect(error?.path == "from")
      #expect(error?.hint?.contains("other") == true)
    }
  }

  @Test("with another plan only steps are taken over that do the same after the same")
  func otherPlan() throws {
    func step(_ id: String, _ tool: String, needs: Set<String> = []) -> Step {
      Step(id: id, work: .tool(ToolName(tool: tool), arguments: [:]), dependencies: needs)
    }
    let old = Plan(title: "o", steps: [step("a", "t"), step("b", "t", needs: ["a"]), step("c", "t"), step("d", "t")])
    let new = Plan(title: "n", steps: [step("a", "u"), step("b", "t", needs: ["a"]), step("c", "t"), step("d", "t")])
    let left = ["a", "b", "c", "d"].map { id in
      StepRecord(taskID: TaskID("old"), stepID: id, state: id == "d" ? .failed : .completed, attempt: 2, value: "v")
    }
    let rewind = try PlanRewind(from: "d", of: old, left, to: new, as: TaskID("new"))
    #expect(
      rewind.records == [
        StepRecord(taskID: TaskID("new"), stepID: "c", state: .completed, attempt: 0, value: "v")
      ])
  }

  @Test("a life that dies just after the new task was accepted loses nothing of what it takes over")
  func crash() async throws {
    let fixture = RuntimeFixture(Self.source())
    let old = try await fixture.live { try await $0.complete(Self.plan) }
    // Accepted by a runtime that works nothing off.
    let id = try await fixture.make().retry(old.task.id, Self.edits("c")).id
    let new = try await fixture.live { try await $0.wait(for: id, timeout: nil) }
    #expect(new?.task.state == .completed)
    #expect(fixture.source.called.filter { $0 == "note" }.count == 3)
  }
}
