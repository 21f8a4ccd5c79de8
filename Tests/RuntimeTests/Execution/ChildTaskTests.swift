import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@Suite("A step can be a task of its own")
struct ChildTaskTests {
  private static func source(_ gate: Gate = Gate()) -> FakeToolSource {
    FakeToolSource([
      "note": { ToolResult(text: "noted \($0.arguments["text"]?.stringValue ?? "")") },
      "fail": { _ in ToolResult(text: "broken", isError: true) },
      "hold": { _ in
        try await gate.pass()
        return ToolResult(text: "held")
      },
    ])
  }

  private static func plan(_ tool: String, _ step: JSONObject = [:]) -> JSONValue {
    var fields: JSONObject = [
      "id": "child", "inputs": ["name": "${inputs.name}"],
      "plan": [
        "title": "Inner", "inputs": ["name": nil],
        "steps": [["id": "s", "tool": .string(tool), "arguments": ["text": "${inputs.name}"]]],
        "result": ["text": "${steps.s.text}"],
      ],
    ]
    for field in step { fields[field.key] = field.value }
    return [
      "title": "Outer", "inputs": ["name": "x"],
      "steps": [
        .object(fields),
        ["id": "after", "tool": "fake.note", "arguments": ["text": "${steps.child.structuredContent.text}"]],
      ], "result": "${steps.after.text}",
    ]
  }

  private static func child(of id: TaskID, _ runtime: CognitiveRuntime) async throws -> AgentTask {
    try #require(try await runtime.tasks(TaskQuery(parent: id)).tasks.first)
  }

  @Test("the child's result is the step's value, with one place for tasks alone")
  func result() async throws {
    var fixture = RuntimeFixture(Self.source())
    fixture.configuration.maxConcurrentTasks = 1
    let (parent, child) = try await fixture.live { runtime in
      let parent = try await runtime.complete(Self.plan("fake.note"), inputs: ["name": "you"])
      return (parent, try await Self.child(of: parent.task.id, runtime))
    }
    #expect(parent.task.result == "noted noted you")
    #expect(parent.outline == ["child completed 1", "after completed 1"])
    #expect(parent.waits.map(\.childID) == [child.id])
    #expect(child.parent == TaskParent(taskID: parent.task.id, stepID: "child"))
    #expect(child.title == "Inner")
    #expect(child.inputs == ["name": "you"])
    #expect(child.result == ["text": "noted you"])
    #expect(child.workspaceRoot == parent.task.workspaceRoot)
  }

  @Test("the child's failure is the step's, with its reason; another attempt is another child")
  func failure() async throws {
    let (parent, children) = try await RuntimeFixture(Self.source()).live { runtime in
      let parent = try await runtime.complete(
        Self.plan("fake.fail", ["retry": ["attempts": 2, "backoffMs": 0]]))
      return (parent, try await runtime.tasks(TaskQuery(parent: parent.task.id)).tasks)
    }
    #expect(parent.task.state == .failed)
    #expect(parent.outline == ["child failed 2", "after skipped 0"])
    #expect(parent.steps.first?.reason?.kind == TaskReason.stepFailed)
    #expect(parent.steps.first?.reason?.message.hasSuffix("the step s failed: broken") == true)
    #expect(children.map(\.state) == [.failed, .failed])
  }

  @Test("cancelling reaches the child and its tool call")
  func cancel() async throws {
    let source = Self.source()
    try await RuntimeFixture(source).live { runtime in
      let id = try await runtime.submit(TaskSubmission(plan: Self.plan("fake.hold"))).id
      _ = await source.calls.values(1)
      #expect(try await runtime.cancel(id).task.state == .cancelled)
      #expect(try await Self.child(of: id, runtime).state == .cancelled)
    }
  }

  @Test("a run that is made again makes a child of its own; the one before is cancelled and its end is nobody's value")
  func madeAgain() async throws {
    let (tries, gate) = (Signal<Void>(), Gate())
    let source = FakeToolSource([
      "hold": { _ in
        try await gate.pass()
        return ToolResult(text: "held")
      },
      "flaky": { _ in
        defer { tries.fire() }
        return ToolResult(text: "tried", isError: tries.all.isEmpty)
      },
    ])
    let plan: JSONValue = [
      "title": "Outer", "failure": "failFast", "retry": ["attempts": 2, "backoffMs": 0],
      "steps": [
        ["id": "child", "plan": ["title": "Inner", "steps": [["id": "s", "tool": "fake.hold"]]]],
        ["id": "flaky", "tool": "fake.flaky"],
      ],
    ]
    try await RuntimeFixture(source).live { runtime in
      let id = try await runtime.submit(TaskSubmission(plan: plan)).id
      _ = await tries.values(2)
      let children = try await runtime.tasks(TaskQuery(parent: id)).tasks.map(\.id)
      #expect(children.count == 2)
      #expect(try await runtime.wait(for: try #require(children.last), timeout: nil)?.task.state == .cancelled)
      gate.open()
      let parent = try await runtime.wait(for: id, timeout: nil)
      #expect(parent?.task.state == .completed)
      #expect(parent?.outline == ["child completed 1", "flaky completed 1"])
      #expect(try await runtime.tasks(TaskQuery(parent: id)).tasks.map(\.state) == [.completed, .cancelled])
    }
  }

  @Test("a child whose parent ended while no runtime was there is cancelled at the next start")
  func orphan() async throws {
    let source = Self.source()
    let fixture = RuntimeFixture(source)
    let id = try await fixture.live { runtime in
      let id = try await runtime.submit(TaskSubmission(plan: Self.plan("fake.hold"))).id
      _ = await source.calls.values(1)
      return id
    }
    var parent = try #require(try await fixture.store.task(id))
    #expect(parent.state == .waiting)
    parent.state = .failed
    _ = try await fixture.store.commit(StoreBatch(at: fixture.clock.now(), changes: [.updateTask(parent)]))
    try await fixture.live { runtime in
      let child = try await Self.child(of: id, runtime)
      #expect(try await runtime.wait(for: child.id, timeout: nil)?.task.state == .cancelled)
    }
  }

  @Test("a child that is cancelled by itself fails its step, and is not tried again")
  func cancelledChild() async throws {
    let source = Self.source()
    let parent = try await RuntimeFixture(source).live { runtime in
      let id = try await runtime.submit(
        TaskSubmission(plan: Self.plan("fake.hold", ["retry": ["attempts": 3, "backoffMs": 0]]))
      ).id
      _ = await source.calls.values(1)
      _ = try await runtime.cancel(try await Self.child(of: id, runtime).id)
      return try await runtime.wait(for: id, timeout: nil)
    }
    #expect(parent?.task.state == .failed)
    #expect(parent?.outline == ["child failed 1", "after skipped 0"])
  }

  @Test("a child inherits deadline, class, priority and key")
  func inheritance() async throws {
    let source = Self.source()
    let fixture = RuntimeFixture(source)
    try await fixture.live { runtime in
      let deadline = fixture.clock.now() + .seconds(60)
      let id = try await runtime.submit(
        TaskSubmission(plan: Self.plan("fake.hold"), priority: .high, taskClass: "c", deadline: deadline)
      ).id
      _ = await source.calls.values(1)
      let child = try await Self.child(of: id, runtime)
      #expect(child.deadline == deadline)
      #expect(child.priority == .high)
      #expect(child.taskClass == "c")
    }
  }
}
