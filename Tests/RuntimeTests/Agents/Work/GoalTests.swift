import SCRProtocol
import SCRTestSupport
import Testing

@testable import SCRRuntime

@Suite("A goal is planned, worked off, judged and answered")
struct GoalTests {
  static let source = FakeToolSource(
    effects: ["read": .readOnly],
    [
      "read": { call in ToolResult(text: "read \(call.arguments["n"]?.jsonText ?? "")") },
      "broken": { _ in ToolResult(text: "no such thing", isError: true) },
    ])

  static func review(_ verdict: String, _ what: String? = nil) -> JSONValue {
    [
      "criteria": [["name": "goal met", "score": verdict == "pass" ? 9 : 3, "reason": "r"]],
      "verdict": .string(verdict),
      "feedback": what.map { .array([["step": "a", "what": .string($0)]]) } ?? [],
    ]
  }

  static func live(_ model: ModelFake, rounds: Int = 3) async throws -> TaskSnapshot {
    var fixture = RuntimeFixture(source)
    fixture.models = ModelRegistry([model])
    fixture.configuration.agents = AgentRules(rounds: rounds)
    return try await fixture.live { runtime in
      let id = try await runtime.submit(TaskSubmission(goal: "Read one.\nAnd more.")).id
      return try #require(try await runtime.wait(for: id, timeout: nil))
    }
  }

  @Test("what passes is the answer, with the critic's scores beside it")
  func passes() async throws {
    let model = ModelFake { request in
      switch request.purpose.role {
      case "planner":
        ModelFake.json(["steps": [["id": "a", "tool": "fake_read", "arguments": ["n": 1]]]])
      default: ModelFake.json(Self.review("pass"))
      }
    }
    let ended = try await Self.live(model)
    #expect(ended.task.state == .completed && ended.task.result == "read 1" && ended.task.title == "Read one.")
    #expect(ended.outline == ["plan completed 1", "a completed 1", "review completed 1"])
    #expect(ended.task.provenance?["review"]?["verdict"] == "pass")
    #expect(ended.task.plan?["steps"]?.arrayValue?.compactMap { $0["id"] } == ["plan", "a", "review"])
    // As the tool is called inside.
    #expect(ended.task.plan?["steps"]?.arrayValue?[1]["tool"] == "fake.read")
  }

  @Test("a plan that is not good is sent back with what is wrong")
  func corrections() async throws {
    let model = ModelFake { request in
      guard request.purpose.role == "planner" else { return ModelFake.json(Self.review("pass")) }
      switch request.turns {
      case 0: return ModelFake.text("I would read it.")
      case 1: return ModelFake.json(["steps": [["id": "a", "tool": "fake_reed", "arguments": [:]]]])
      default: return ModelFake.json(["steps": [["id": "a", "tool": "fake_read", "arguments": ["n": 1]]]])
      }
    }
    let ended = try await Self.live(model)
    #expect(ended.task.state == .completed && model.asked["plan 3"] == 1)
    let told = model.all[2].messages.last?.text
    #expect(told?.contains("- steps[0].tool: there is no tool \"fake_reed\" (did you mean \"fake.read\"?)") == true)
  }

  @Test("a planner that never makes a good plan fails the task with all that is wrong")
  func neverGood() async throws {
    let model = ModelFake { _ in ModelFake.json(["steps": [["id": "a", "tool": "nope", "arguments": [:]]]]) }
    let ended = try await Self.live(model)
    #expect(ended.task.state == .failed && ended.outline == ["plan failed 1"] && model.all.count == 4)
    #expect(ended.steps[0].reason?.kind == "output_invalid")
    #expect(ended.steps[0].reason?.message.contains("steps[0].tool: there is no tool \"nope\"") == true)
  }

  @Test("feedback becomes another plan; a step that failed is for the critic to weigh")
  func revises() async throws {
    let model = ModelFake { request in
      switch (request.purpose.role, request.purpose.stepID ?? "") {
      case ("planner", "plan"):
        return ModelFake.json([
          "steps": [
            ["id": "a", "tool": "fake_broken", "arguments": [:]],
            ["id": "b", "needs": ["a"], "agent": "writer", "goal": "Write."],
          ]
        ])
      case ("critic", "review"): return ModelFake.json(Self.review("revise", "read it instead"))
      case ("planner", "plan_2"):
        return ModelFake.json(["steps": [["id": "c", "tool": "fake_read", "arguments": ["n": 2]]]])
      default: return ModelFake.json(Self.review("pass"))
      }
    }
    let ended = try await Self.live(model)
    #expect(ended.task.state == .completed && ended.task.result == "read 2")
    #expect(
      ended.outline == [
        "plan completed 1", "a failed 1", "b skipped 0", "review completed 1", "plan_2 completed 1", "c completed 1",
        "review_2 completed 1",
      ])
    let critic = model.all.first { $0.purpose.stepID == "review" }?.messages[0].text
    #expect(critic?.contains("Step a (failed): fake.broken") == true)
    let planner = model.all.first { $0.purpose.stepID == "plan_2" }?.messages[0].text
    #expect(planner?.contains("read it instead") == true && planner?.contains("This is plan 2 of at most 3") == true)
  }

  @Test(
    "a critic who is never content, or holds it for hopeless, fails the task with its reasons",
    arguments: [
      ("revise", 2, "the critic is not content, and no further plan may be made: a: do more; goal met 3/10: r", 2),
      ("fail", 3, "the critic holds that the goal cannot be reached: a: do more; goal met 3/10: r", 1),
    ])
  func fails(verdict: String, rounds: Int, message: String, reviews: Int) async throws {
    let model = ModelFake { request in
      if request.purpose.role == "critic" { return ModelFake.json(Self.review(verdict, "do more")) }
      let id = request.purpose.stepID == "plan" ? "a" : "b"
      return ModelFake.json(["steps": [["id": .string(id), "tool": "fake_read", "arguments": ["n": 1]]]])
    }
    let ended = try await Self.live(model, rounds: rounds)
    #expect(ended.task.state == .failed && ended.task.reason?.kind == "review_failed")
    #expect(ended.task.reason?.message == message)
    #expect(ended.steps.count { $0.stepID.hasPrefix("review") } == reviews)
  }
}
