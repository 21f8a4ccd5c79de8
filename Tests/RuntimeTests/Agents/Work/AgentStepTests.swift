import SCRProtocol
import SCRTestSupport
import Synchronization
import Testing

@testable import SCRRuntime

@Suite("A step that an agent does")
struct AgentStepTests {
  static let source = FakeToolSource(
    effects: ["read": .readOnly],
    ["read": { call in ToolResult(text: "read \(call.arguments["n"]?.jsonText ?? "")") }])

  static func plan(_ more: JSONObject = [:]) -> JSONValue {
    var step: JSONObject = ["id": "a", "agent": "worker", "goal": "Read it."]
    for member in more { step[member.key] = member.value }
    return ["title": "T", "steps": [.object(step)], "result": "${steps.a.text}"]
  }

  private static func refusal(_ body: () async throws -> Void) async -> RuntimeError? {
    do {
      try await body()
      return nil
    } catch { return error as? RuntimeError }
  }

  static func fixture(_ model: ModelFake, _ source: FakeToolSource = source) -> RuntimeFixture {
    var fixture = RuntimeFixture(source)
    fixture.models = ModelRegistry([model])
    return fixture
  }

  @Test("calls tools, answers, and is told of with its model, its turns and what it used")
  func works() async throws {
    let model = ModelFake { request in
      request.turns == 0
        ? ModelFake.calls(("fake_read", ["n": 1]), ("fake_read", ["n": 2])) : ModelFake.text("It says so.")
    }
    let fixture = Self.fixture(model)
    let ended = try await fixture.live { try await $0.complete(Self.plan()) }
    #expect(ended.task.state == .completed && ended.task.result == "It says so.")
    #expect(ended.outline == ["a completed 1"])
    let agent = ended.task.provenance?["agents"]?.arrayValue?.first
    #expect(agent?["models"] == ["fake/m"] && agent?["turns"] == 2 && agent?["calls"] == ["fake.read": 2])
    #expect(ended.task.provenance?["scripted"] == true && ended.task.provenance?["servers"] == ["fake"])
    #expect(ended.task.usage?["tokens"] == 20 && ended.task.usage?["toolCalls"] == 2)
    let kinds = try await fixture.store.events(since: 0, taskID: ended.task.id, limit: 100).map(\.kind.rawValue)
    #expect(
      kinds == [
        "task.submitted", "task.queued", "task.started", "plan.created", "step.ready", "step.started", "model.started",
        "model.finished", "tool.called", "tool.called", "tool.returned", "tool.returned", "model.started",
        "model.finished", "step.completed", "task.completed",
      ])
    #expect(Set(model.all.last?.results.map { $0.contains("read ") } ?? []) == [true])
  }

  @Test("what it needs is given to it, and its tools are those that its step names")
  func context() async throws {
    let model = ModelFake { _ in ModelFake.text("ok") }
    let plan: JSONValue = [
      "steps": [
        ["id": "first", "tool": "fake.read", "arguments": ["n": 7]],
        ["id": "a", "needs": ["first"], "agent": "worker", "goal": "Judge.", "tools": ["calc*"]],
      ]
    ]
    let ended = try await Self.fixture(model).live { try await $0.complete(plan) }
    #expect(ended.task.state == .completed)
    let request = try #require(model.all.first)
    #expect(request.messages.first?.text.contains("Step first (completed): fake.read") == true)
    #expect(request.messages.first?.text.contains("\nread 7\n") == true)
    #expect(request.tools.map(\.name) == ["add_finding"])
  }

  @Test("a finding is kept with the call's outcome")
  func finding() async throws {
    let model = ModelFake { request in
      request.turns == 0 ? ModelFake.calls(("add_finding", ["finding": "a is large"])) : ModelFake.text("ok")
    }
    let fixture = Self.fixture(model)
    let found = try await fixture.live { runtime in
      let ended = try await runtime.complete(Self.plan())
      return try await runtime.findings(of: ended.task.id).findings
    }
    #expect(found.map(\.value) == ["a is large"] && found.first?.source == "worker" && found.first?.stepID == "a")
  }

  @Test("what a model's failure is decides whether the step is tried again")
  func failure() async throws {
    let tries = Counter()
    let model = ModelFake { _ in
      if tries.next() == 1 { throw ModelError(.overloaded, "too busy") }
      return ModelFake.text("ok")
    }
    let ended = try await Self.fixture(model).live {
      try await $0.complete(Self.plan(["retry": ["attempts": 2, "backoffMs": 0]]))
    }
    #expect(ended.outline == ["a completed 2"])
    let refusing = ModelFake { _ in throw ModelError(.auth, "the key is wrong", hint: "check it") }
    let failed = try await Self.fixture(refusing).live {
      try await $0.complete(Self.plan(["retry": ["attempts": 2, "backoffMs": 0]]))
    }
    #expect(failed.outline == ["a failed 1"] && failed.steps[0].reason?.kind == "model_unavailable")
    #expect(failed.steps[0].reason?.hint == "check it")
  }

  @Test("without a model agent steps and goals are refused before anything is accepted")
  func noModel() async throws {
    let fixture = RuntimeFixture(Self.source)
    try await fixture.live { runtime in
      for submission in [TaskSubmission(goal: "Tidy up"), TaskSubmission(plan: Self.plan())] {
        let refusal = await Self.refusal { _ = try await runtime.submit(submission) }
        #expect(refusal?.kind == .modelUnavailable)
        // An agent step's own line has its hint.
        #expect((refusal?.hint ?? refusal?.message)?.contains("models.providers") == true)
      }
      let tasks = try await runtime.tasks(TaskQuery()).tasks
      #expect(tasks.isEmpty)
    }
  }

  @Test("its own budget ends it")
  func ownBudget() async throws {
    let model = ModelFake { _ in ModelFake.calls(("fake_read", ["n": 1]), tokens: 60) }
    let ended = try await Self.fixture(model).live { try await $0.complete(Self.plan(["budget": ["tokens": 100]])) }
    #expect(ended.steps[0].reason?.kind == "budget_exceeded" && model.all.count == 2)
  }

  @Test("the task's budget pauses it; what is granted lets it go on where it was")
  func budget() async throws {
    let model = ModelFake { request in
      request.turns < 2
        ? ModelFake.calls(("fake_read", ["n": JSONValue(request.turns)]), tokens: 60)
        : ModelFake.text("done", tokens: 60)
    }
    let fixture = Self.fixture(model)
    let ended = try await fixture.live { runtime in
      var submission = TaskSubmission(plan: Self.plan())
      submission.budget = Budget(tokens: 100)
      let events = runtime.subscribe()
      let id = try await runtime.submit(submission).id
      await events.awaitKind(.taskWaiting)
      let open = try await runtime.approvals().waits
      #expect(open.map(\.kind) == [.budget] && model.all.count == 2)
      _ = try await runtime.answer(open[0].id, decision: "extend", value: ["tokens": 100], by: "test")
      return try #require(try await runtime.wait(for: id, timeout: nil))
    }
    #expect(ended.task.result == "done" && ended.outline == ["a completed 1"])
    // No answer was asked for twice, and each counts once.
    #expect(model.asked == ["a 1": 1, "a 2": 1, "a 3": 1] && ended.task.usage?["tokens"] == 180)
  }

  @Test("to cancel the task ends the model's answer")
  func cancel() async throws {
    let (asked, stopped) = (OneShot<Void>(), OneShot<Void>())
    let model = ModelFake { _ in
      asked.fire(())
      let never = OneShot<Void>()
      _ = await never.value()
      if Task.isCancelled { stopped.fire(()) }
      throw CancellationError()
    }
    let state = try await Self.fixture(model).live { runtime in
      let id = try await runtime.submit(TaskSubmission(plan: Self.plan())).id
      _ = await asked.value()
      return try await runtime.cancel(id).task.state
    }
    #expect(state == .cancelled && stopped.current != nil)
  }

  @Test("what somebody says is heard before the next turn, once, in order")
  func steering() async throws {
    let (begun, gate) = (OneShot<Void>(), OneShot<Void>())
    let model = ModelFake { request in
      if request.turns == 0 {
        begun.fire(())
        _ = await gate.value()
        return ModelFake.calls(("fake_read", ["n": 1]))
      }
      return ModelFake.text("ok")
    }
    let fixture = Self.fixture(model)
    try await fixture.live { runtime in
      let id = try await runtime.submit(TaskSubmission(plan: Self.plan())).id
      _ = await begun.value()
      _ = try await runtime.steer(id, "look at taxes", by: "test")
      _ = try await runtime.steer(id, "and be brief", by: "test")
      gate.fire(())
      _ = try await runtime.wait(for: id, timeout: nil)
      let refusal = await Self.refusal { _ = try await runtime.steer(id, "too late", by: "test") }
      #expect(refusal?.kind == .conflict)
      #expect(try await fixture.store.documents(DocumentQuery(.steer, taskID: id, isOpen: true)).documents.isEmpty)
    }
    #expect(model.all.map { $0.messages.last?.text.hasSuffix("look at taxesand be brief") } == [false, true])
  }

  @Test("a follow-up is left to the next agent that begins")
  func followUp() async throws {
    let (begun, gate) = (OneShot<Void>(), OneShot<Void>())
    let model = ModelFake { request in
      if request.purpose.stepID == "a", request.turns == 0 {
        begun.fire(())
        _ = await gate.value()
        return ModelFake.calls(("fake_read", ["n": 1]))
      }
      return ModelFake.text("ok")
    }
    let plan: JSONValue = [
      "steps": [
        ["id": "a", "agent": "worker", "goal": "Read."],
        ["id": "b", "needs": ["a"], "agent": "writer", "goal": "Write."],
      ]
    ]
    try await Self.fixture(model).live { runtime in
      let id = try await runtime.submit(TaskSubmission(plan: plan)).id
      _ = await begun.value()
      _ = try await runtime.steer(id, "in German", isFollowUp: true, by: "test")
      gate.fire(())
      _ = try await runtime.wait(for: id, timeout: nil)
    }
    #expect(
      model.all.map { $0.messages.last?.text.hasSuffix("in German") } == [false, false, true])
  }

  @Test("words of a model are told as they come")
  func deltas() async throws {
    let model = ModelFake { _ in [.text("one "), .text("two"), .finished(.stop)] }
    let pieces = try await Self.fixture(model).live { runtime in
      let events = runtime.subscribe(deltaCapacity: 100)
      let id = try await runtime.submit(TaskSubmission(plan: Self.plan())).id
      var pieces: [String] = []
      while let delivery = await events.next() {
        switch delivery {
        case .deltas(let deltas): pieces += deltas.compactMap { $0.data["text"]?.stringValue }
        case .events(let found):
          if found.contains(where: { $0.kind == .taskCompleted && $0.taskID == id }) { return pieces }
        case .lagged: break
        }
      }
      return pieces
    }
    #expect(pieces == ["one ", "two"])
  }
}
