import SCRProtocol
import SCRTestSupport
import Testing

@testable import SCRRuntime

@Suite("A recorded run is made again from its cassette alone", .timeLimit(.minutes(1)))
struct CassetteTests {
  static let source = FakeToolSource(
    effects: ["read": .readOnly],
    [
      "read": { call in ToolResult(text: "read \(call.arguments["n"]?.jsonText ?? "")", structuredContent: ["n": 1]) },
      "broken": { _ in throw ToolError(.serverUnavailable, "the server is gone", hint: "start it") },
      "angry": { _ in ToolResult(text: "no", isError: true) },
      "long": { _ in ToolResult(text: String(repeating: "long ", count: 20_000)) },
    ])

  /// A first life in which it really happens.
  static func record(
    _ submission: TaskSubmission, _ model: ModelFake? = nil, masking secrets: [String] = []
  ) async throws -> Cassette {
    var fixture = RuntimeFixture(source)
    if let model { fixture.models = ModelRegistry([model]) }
    return try await fixture.live { runtime in
      let id = try await runtime.submit(submission).id
      _ = try await runtime.wait(for: id, timeout: nil)
      return try await runtime.cassette(of: id, masking: secrets)
    }
  }

  /// Another life, with nothing but the cassette as it stands in a file.
  static func replay(_ json: JSONValue) async throws -> (task: TaskSnapshot, verdict: String?) {
    let cassette = try Cassette(json: JSONParser.parse(json.encoded))
    let player = CassettePlayer(cassette)
    let registry = ToolRegistry(inlineTools: [], policy: ToolPolicy(allow: [Glob("*")]), clock: ManualClock())
    for source in CassetteToolSource.all(player) { registry.add(source) }
    var configuration = RuntimeConfiguration(workspaceRoot: "/elsewhere", shutdownGrace: .zero)
    configuration.player = player
    configuration.agents = cassette.desk?.rules ?? AgentRules()
    configuration.agents.resultBytes = Cassette.limit
    let runtime = try await CognitiveRuntime(
      store: InMemoryTaskStore(), memory: InMemoryMemoryStore(), registry: registry,
      models: ModelRegistry([CassetteProvider(player)]), clock: ManualClock(), configuration: configuration)
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await runtime.run() }
      defer { runtime.shutDown() }
      let id = try await runtime.submit(
        TaskSubmission(
          goal: cassette.goal, plan: cassette.plan, inputs: cassette.inputs, title: cassette.title,
          unknownOutcomeDefault: .fail)
      ).id
      let ended = try #require(try await runtime.wait(for: id, timeout: nil))
      return (ended, player.verdict(ended.task.state, ended.task.result, ended.task.reason))
    }
  }

  /// Everything that agents do: a plan that is sent back, calls side by side, refusals, findings, a second round.
  static let everything = ModelFake { request in
    switch (request.purpose.role, request.purpose.stepID ?? "") {
    case ("planner", "plan"):
      request.turns == 0
        ? ModelFake.json(["steps": [["id": "work", "tool": "nope", "arguments": [:]]]])
        : ModelFake.json([
          "steps": [
            ["id": "look", "tool": "fake_read", "arguments": ["n": 7]],
            ["id": "one", "agent": "worker", "goal": "Work on ${steps.look.text}"],
            ["id": "two", "agent": "researcher", "goal": "Look at ${steps.look.text}"],
          ], "result": "${steps.one.text}, ${steps.two.text}",
        ])
    case ("worker", "one"):
      switch request.turns {
      case 0: ModelFake.calls(("fake_read", ["n": 1]), ("fake_read", ["n": 2]), ("fake_nothing", [:]))
      case 1: ModelFake.calls(("add_finding", ["finding": "it works"]), ("fake_long", [:]), ("fake_broken", [:]))
      default: ModelFake.text("worked")
      }
    case ("researcher", _):
      request.turns == 0 ? ModelFake.calls(("fake_read", ["n": 3])) : ModelFake.text("looked")
    case ("critic", "review"): ModelFake.json(GoalTests.review("revise", "write it up"))
    case ("planner", _):
      ModelFake.json(["steps": [["id": "write", "agent": "writer", "goal": "Write: ${steps.one.text}"]]])
    case ("writer", _): ModelFake.text("written")
    default: ModelFake.json(GoalTests.review("pass"))
    }
  }

  @Test("a goal ends with the same result, the same steps and the same usage")
  func goal() async throws {
    let cassette = try await Self.record(
      TaskSubmission(goal: "Everything.\nReally.", inputs: ["folder": "here"]), Self.everything)
    #expect(cassette.outcome == Cassette.Outcome(state: .completed, reason: nil, result: "written"))
    #expect(cassette.turnCount == 11 && cassette.attempts.map(\.stepID).count == 7 && cassette.calls.count == 1)
    #expect(try Cassette(json: cassette.json) == cassette)
    let (again, verdict) = try await Self.replay(cassette.json)
    #expect(verdict == nil && again.task.result == "written")
    #expect(again.accounts.sum.usage.inputTokens == 110 && again.accounts.sum.calls == 11)
    #expect(Set(again.outline.map { $0.split(separator: " ")[0] }).count == 8)
    #expect(again.task.provenance?["scripted"] == true, "what was scripted stays so")
  }

  @Test("a plan of tools needs no model, and fails as it failed", arguments: ["angry", "broken"])
  func plan(tool: String) async throws {
    let good: JSONValue = [
      "title": "Good", "inputs": ["n": 4],
      "steps": [
        ["id": "a", "tool": "fake.read", "arguments": ["n": "${inputs.n}"]],
        ["id": "b", "plan": ["steps": [["id": "c", "tool": "fake.read", "arguments": ["n": 9]]]], "needs": ["a"]],
      ], "result": "${steps.a.text} ${steps.a.structuredContent.n}",
    ]
    let cassette = try await Self.record(TaskSubmission(plan: good, inputs: ["n": 5]))
    #expect(cassette.desk == nil && cassette.calls.map(\.stepID) == ["a", "c"])
    #expect(try await Self.replay(cassette.json).verdict == nil)
    let bad: JSONValue = ["steps": [["id": "a", "tool": .string("fake.\(tool)"), "arguments": [:]]]]
    let failed = try await Self.record(TaskSubmission(plan: bad))
    #expect(failed.outcome.state == .failed)
    let again = try await Self.replay(failed.json)
    #expect(again.verdict == nil && again.task.task.reason?.message == failed.outcome.reason?.message)
  }

  @Test("a request that failed fails again, and the attempt after it goes on")
  func failedTurn() async throws {
    let tries = Counter()
    let model = ModelFake { request in
      if request.turns == 1, tries.next() == 1 { throw ModelError(.overloaded, "too busy") }
      return request.turns == 0 ? ModelFake.calls(("fake_read", ["n": 1])) : ModelFake.text("ok")
    }
    let cassette = try await Self.record(
      TaskSubmission(plan: AgentStepTests.plan(["retry": ["attempts": 2, "backoffMs": 0]])), model)
    #expect(cassette.attempts.map(\.number) == ["0.1", "0.2"] && cassette.attempts[0].failure?.code == .overloaded)
    let (again, verdict) = try await Self.replay(cassette.json)
    #expect(verdict == nil && again.outline == ["a completed 2"])
  }

  @Test("secrets are masked everywhere alike, and the run is still the same")
  func secrets() async throws {
    let model = ModelFake { request in
      request.turns == 0
        ? ModelFake.calls(("fake_read", ["n": "sk-abcdefghijklmnopqrstuvwx"]))
        : ModelFake.text("the key is hunter2hunter2")
    }
    let plan = AgentStepTests.plan(["goal": "Use Bearer abcdefghijklmnopqrstu0 and hunter2hunter2."])
    let cassette = try await Self.record(TaskSubmission(plan: plan), model, masking: ["hunter2hunter2", "short"])
    let text = cassette.json.jsonText
    #expect(cassette.masked == 3)
    for secret in ["hunter2", "sk-abc", "abcdefghijklmnopqrstu0"] { #expect(!text.contains(secret)) }
    let (again, verdict) = try await Self.replay(cassette.json)
    #expect(verdict == nil && again.task.result?.stringValue?.hasPrefix("the key is [masked ") == true)
  }

  @Test("a secret that is a word of the record itself leaves the record readable")
  func words() async throws {
    let plan: JSONValue = [
      "steps": [
        ["id": "look_at_it", "tool": "fake.read", "arguments": ["n": "it is completed by fake.read"]],
        ["id": "b", "plan": ["steps": [["id": "look_at_it", "tool": "fake.read", "arguments": ["n": 9]]]]],
      ], "result": "${steps.look_at_it.text}",
    ]
    let secrets = ["completed", "fake.read", "scr.cassette"]
    let cassette = try await Self.record(TaskSubmission(plan: plan), masking: secrets)
    #expect(cassette.outcome.state == .completed && cassette.masked == 2)
    #expect(cassette.outcome.result?.stringValue?.hasPrefix("read \"it is [masked ") == true)
    #expect(cassette.calls.map(\.tool) == [ToolName(qualified: "fake.read"), ToolName(qualified: "fake.read")])
    #expect(try await Self.replay(cassette.json).verdict == nil)
  }

  @Test("what people said to an agent is heard again, and a run above the bound is refused")
  func steered() async throws {
    let asked = OneShot<Void>()
    let told = OneShot<Void>()
    let model = ModelFake { request in
      if request.turns == 0 {
        asked.fire(())
        _ = await told.value()
        return ModelFake.calls(("fake_read", ["n": 1]))
      }
      return ModelFake.text(request.messages.contains { $0.text.contains("Be quick.") } ? "quick" : "slow")
    }
    var fixture = RuntimeFixture(Self.source)
    fixture.models = ModelRegistry([model])
    let (cassette, refusal) = try await fixture.live { runtime in
      let id = try await runtime.submit(TaskSubmission(plan: AgentStepTests.plan())).id
      _ = await asked.value()
      _ = try await runtime.steer(id, "Be quick.", by: "test")
      told.fire(())
      _ = try await runtime.wait(for: id, timeout: nil)
      var refusal: RuntimeError?
      do throws(RuntimeError) {
        _ = try await CassetteRecorder.record(id, from: runtime.store, masking: [], limit: 100)
      } catch { refusal = error }
      return (try await runtime.cassette(of: id, masking: []), refusal)
    }
    #expect(cassette.outcome.result == "quick" && refusal?.kind == .tooLarge)
    let (again, verdict) = try await Self.replay(cassette.json)
    #expect(verdict == nil && again.task.result == "quick")
  }

  @Test("only what has come to an end of its own, and waits for nobody, can be recorded")
  func refusals() async throws {
    let fixture = RuntimeFixture(Self.source)
    let waiting: JSONValue = ["steps": [["id": "w", "wait": ["approval": ["question": "go on?"]]]]]
    try await fixture.live { runtime in
      let (cancelled, answered) = (
        try await runtime.submit(TaskSubmission(plan: waiting)).id,
        try await runtime.submit(TaskSubmission(plan: waiting)).id
      )
      _ = try await runtime.cancel(cancelled)
      let events = runtime.subscribe()
      while try await runtime.approvals().waits.isEmpty { _ = await events.next() }
      _ = try await runtime.answer(try await runtime.approvals().waits[0].id, decision: "approve", by: "test")
      _ = try await runtime.wait(for: answered, timeout: nil)
      for (id, words) in [
        (cancelled, "the task is cancelled: only one that completed or failed can be made again"),
        (answered, "the step w waits for somebody or something, which no record can stand for"),
        (TaskID("task_nobody"), "there is no task \"task_nobody\""),
      ] {
        do {
          _ = try await runtime.cassette(of: id, masking: [])
          Issue.record("\(id) was recorded")
        } catch let error as RuntimeError { #expect(error.message == words) }
      }
    }
  }
}
