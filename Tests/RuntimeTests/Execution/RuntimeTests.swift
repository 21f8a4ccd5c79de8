import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@Suite("A runtime works tasks off")
struct RuntimeTests {
  private static let echo = FakeToolSource(
    ["echo": { ToolResult(text: $0.arguments["text"]?.stringValue ?? $0.arguments["text"]?.jsonText ?? "") }])

  @Test("results of earlier steps flow into later ones, and the plan's result comes back")
  func valuesFlow() async throws {
    let fixture = RuntimeFixture(Self.echo)
    let snapshot = try await fixture.live { runtime in
      try await runtime.complete(
        [
          "title": "Flow",
          "inputs": ["name": "world"],
          "steps": [
            ["id": "second", "tool": "fake.echo", "arguments": ["text": "<${steps.first.text}>"]],
            ["id": "first", "tool": "fake.echo", "arguments": ["text": "hello ${inputs.name}"]],
          ],
          "result": "${steps.second.text}",
        ], inputs: ["name": "you"])
    }
    #expect(snapshot.task.state == .completed)
    #expect(snapshot.task.result == "<hello you>")
    #expect(snapshot.outline == ["first completed 1", "second completed 1"])
    #expect(
      snapshot.task.provenance == [
        "tools": [
          ["stepId": "first", "source": "mcp", "server": "fake", "tool": "echo", "attempts": 1, "durationMs": 0],
          ["stepId": "second", "source": "mcp", "server": "fake", "tool": "echo", "attempts": 1, "durationMs": 0],
        ], "servers": ["fake"], "durationMs": 0,
      ])
  }

  @Test("independent steps run at once, up to the limit")
  func parallel() async throws {
    let gate = Gate()
    let source = FakeToolSource([
      "hold": { _ in
        try await gate.pass()
        return ToolResult(text: "ok")
      }
    ])
    var fixture = RuntimeFixture(source)
    fixture.configuration.maxParallelSteps = 2
    let steps: [JSONValue] = ["a", "b", "c"].map { ["id": .string($0), "tool": "fake.hold"] }
    let snapshot = try await fixture.live { runtime in
      let submitted = try await runtime.submit(TaskSubmission(plan: ["title": "P", "steps": .array(steps)]))
      _ = await source.calls.values(2)
      #expect(source.called.count == 2)
      gate.open()
      return try await runtime.wait(for: submitted.id, timeout: nil)
    }
    #expect(snapshot?.task.state == .completed)
    #expect(source.called.count == 3)
  }

  @Test("a failed step fails the task, skips what needs it and lets the rest finish")
  func failure() async throws {
    let source = FakeToolSource([
      "fail": { _ in ToolResult(text: "no such thing", isError: true) },
      "echo": { _ in ToolResult(text: "fine") },
    ])
    let snapshot = try await RuntimeFixture(source).live { runtime in
      try await runtime.complete([
        "title": "F",
        "steps": [
          ["id": "bad", "tool": "fake.fail"], ["id": "after", "tool": "fake.echo", "needs": ["bad"]],
          ["id": "beside", "tool": "fake.echo"],
        ],
      ])
    }
    #expect(snapshot.task.state == .failed)
    #expect(
      snapshot.task.reason
        == TaskReason(
          kind: "step_failed", message: "the step bad failed: no such thing", stepID: "bad"))
    #expect(Set(snapshot.outline) == ["bad failed 1", "beside completed 1", "after skipped 0"])
  }

  @Test("a step is tried again after its pause, as often as its plan allows, under one idempotency key")
  func retry() async throws {
    let count = Counter()
    let source = FakeToolSource([
      "flaky": { _ in
        count.next() < 3 ? ToolResult(text: "not yet", isError: true) : ToolResult(text: "done")
      }
    ])
    let clock = ManualClock()
    let snapshot = try await RuntimeFixture(source, clock: clock).live { runtime in
      let events = runtime.subscribe()
      let submitted = try await runtime.submit(
        TaskSubmission(plan: [
          "title": "R",
          "steps": [["id": "s", "tool": "fake.flaky", "retry": ["attempts": 3, "backoffMs": 100, "jitter": 0]]],
        ]))
      for pause in [100, 200] {
        await events.awaitKind(.stepRetrying)
        // The runner's heartbeat and the pause.
        await clock.waitForSleepers(2)
        clock.advance(by: .milliseconds(pause))
      }
      return try await runtime.wait(for: submitted.id, timeout: nil)
    }
    #expect(snapshot?.outline == ["s completed 3"])
    #expect(Set(source.calls.all.map(\.context.idempotencyKey)).count == 1)
  }

  @Test("expectations that do not hold fail the task in words")
  func critic() async throws {
    let snapshot = try await RuntimeFixture(Self.echo).live { runtime in
      try await runtime.complete([
        "title": "C", "steps": [["id": "s", "tool": "fake.echo", "arguments": ["text": "3"]]],
        "expect": [["value": "${steps.s.text}", "equals": "4"]],
      ])
    }
    #expect(snapshot.task.state == .failed)
    #expect(snapshot.task.reason?.kind == TaskReason.expectationFailed)
    #expect(snapshot.task.reason?.message.contains("expect[0]") == true)
  }

  @Test("a second task runs beside and after the first")
  func twoTasks() async throws {
    let results = try await RuntimeFixture(Self.echo).live { runtime in
      let plan: JSONValue = [
        "title": "T", "inputs": ["n": ""],
        "steps": [["id": "s", "tool": "fake.echo", "arguments": ["text": "${inputs.n}"]]], "result": "${steps.s.text}",
      ]
      async let first = runtime.complete(plan, inputs: ["n": "1"])
      async let second = runtime.complete(plan, inputs: ["n": "2"])
      let both = try await [first.task.result, second.task.result]
      return both + [try await runtime.complete(plan, inputs: ["n": "3"]).task.result]
    }
    #expect(results == ["1", "2", "3"])
  }

  @Test("memory keeps what a task came to under its real id, and finds it again")
  func memory() async throws {
    let fixture = RuntimeFixture(Self.echo)
    let id = try await fixture.live { runtime in
      let snapshot = try await runtime.complete([
        "title": "M", "steps": [["id": "s", "tool": "fake.echo", "arguments": ["text": "kept"]]],
        "result": "${steps.s.text}",
      ])
      return snapshot.task.id
    }
    // Whatever the first life had no time for, the next one catches up with.
    let result = try await fixture.live { _ in await fixture.memory.puts.first { $0.address.kind == .result } }
    #expect(result.address == MemoryAddress(.result, id.text, in: "tasks"))
    #expect(result.content.value?["result"] == "kept")
    #expect(result.content.provenance.taskID == id)
    let found = try await fixture.live {
      try await $0.searchMemory(MemoryQuery(match: MemoryMatch("kept"), now: $0.now))
    }
    #expect(found.hits.map(\.record) == [result])
  }
}
