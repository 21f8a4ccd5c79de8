import SCRProtocol
import SCRTestSupport
import Testing

@testable import SCRRuntime

@Suite("The plan of a goal grows, and what it had stays")
struct GoalPlanTests {
  private static let start = GoalPlan.document(goal: "Say ${x}", title: nil, inputs: ["n": 1])
  private static let planned: JSONValue = [
    "structuredContent": [
      "title": "T",
      "steps": [
        ["id": "a", "tool": "fake.read", "arguments": [:]],
        ["id": "b", "agent": "writer", "goal": "Use ${steps.a.text}"],
      ],
    ]
  ]
  private static func review(_ verdict: String) -> JSONValue {
    [
      "structuredContent": [
        "criteria": [["name": "met", "score": 3, "reason": "short"]], "verdict": .string(verdict),
        "feedback": [["step": "b", "what": "more"]],
      ]
    ]
  }

  private static func ids(_ document: JSONValue?) -> [String] { document.map { GoalPlan.ids(of: $0) } ?? [] }

  @Test("it begins with a planner, and a goal is no template")
  func beginning() throws {
    let plan = try PlanParser.parse(Self.start, hasModel: true, isGrown: true)
    #expect(plan.steps.map(\.id) == ["plan"] && plan.title == "Say ${x}")
    #expect(
      try plan.steps[0].work.resolved(in: TemplateScope(inputs: [:], steps: [:])) == .agent(.planner, goal: "Say ${x}"))
  }

  @Test("what a planner planned is followed by a critic who needs all of it")
  func planner() throws {
    let grown = try #require(GoalPlan.grown(Self.start, by: "plan", .planner, value: Self.planned, rounds: 3))
    let plan = try PlanParser.parse(grown, hasModel: true, isGrown: true)
    #expect(plan.steps.map(\.id) == ["plan", "a", "b", "review"])
    #expect(plan.steps[3].isJudge && plan.steps[3].dependencies == ["a", "b"])
    // What no other step needs is the answer.
    #expect(plan.result == "${steps.b.text}" && plan.inputs == ["n": 1])
  }

  @Test("a critic who is not content makes room for another plan, while there may be one")
  func critic() throws {
    let first = try #require(GoalPlan.grown(Self.start, by: "plan", .planner, value: Self.planned, rounds: 3))
    let second = GoalPlan.grown(first, by: "review", .critic, value: Self.review("revise"), rounds: 3)
    #expect(Self.ids(second) == ["plan", "a", "b", "review", "plan_2"])
    let more: JSONValue = [
      "structuredContent": [
        "steps": [["id": "c", "tool": "fake.read", "arguments": [:]]], "result": "${steps.c.text}",
      ]
    ]
    let longer = try #require(second)
    let third = try #require(GoalPlan.grown(longer, by: "plan_2", .planner, value: more, rounds: 3))
    #expect(Self.ids(third) == ["plan", "a", "b", "review", "plan_2", "c", "review_2"])
    #expect(third["result"] == "${steps.c.text}")
    #expect(try PlanParser.parse(third, hasModel: true, isGrown: true).steps.last?.dependencies == ["a", "b", "c"])
    for (verdict, rounds) in [("pass", 3), ("fail", 3), ("revise", 2)] {
      #expect(GoalPlan.grown(third, by: "review_2", .critic, value: Self.review(verdict), rounds: rounds) == nil)
    }
  }

  @Test("planners and critics are ours to add: a plan file may not name them")
  func ours() {
    for agent in ["planner", "critic", "memory"] {
      let document: JSONValue = ["steps": [["id": "a", "agent": .string(agent), "goal": "x"]]]
      #expect((try? PlanParser.parse(document, hasModel: true)) == nil)
    }
  }

  private static let tools: ToolCatalogue = {
    let registry = ToolRegistry(inlineTools: [])
    registry.add(FakeToolSource(effects: ["read": .readOnly], ["read": { _ in ToolResult(text: "x") }]))
    return registry.catalogue
  }()

  private static func problems(_ steps: JSONValue, in document: JSONValue = start, by id: String = "plan") -> [String] {
    PlannedSteps.problems(["steps": steps], in: document, by: id, tools: tools)
  }

  @Test("what is wrong with a planner's answer is told by its own places")
  func problems() throws {
    #expect(Self.problems([["id": "a", "tool": "fake_read", "arguments": [:]]]) == [])
    #expect(
      Self.problems([["id": "review", "agent": "worker", "goal": "x"]]) == [
        "steps[0].id: \"review\" is a name of ours; take another"
      ])
    #expect(
      Self.problems([["id": "a", "tool": "fake_reed", "arguments": [:]]]) == [
        "steps[0].tool: there is no tool \"fake_reed\" (did you mean \"fake.read\"?)"
      ])
    #expect(
      Self.problems([["id": "a", "agent": "worker", "goal": "${steps.z.text}", "tools": ["nope"]]]).first
        == "steps[0].goal: there is no step \"z\" (did you mean \"a\"?)")
    #expect(
      Self.problems([["id": "a", "agent": "worker", "goal": "x", "tools": ["nope"]]]) == [
        "steps[0].tools: there is no tool \"nope\""
      ])
    let grown = try #require(GoalPlan.grown(Self.start, by: "plan", .planner, value: Self.planned, rounds: 3))
    #expect(
      Self.problems([["id": "a", "agent": "worker", "goal": "x"]], in: grown, by: "plan_2") == [
        "steps[0].id: there is a step \"a\" already; new steps have new ids"
      ])
    // Steps of earlier rounds may be referred to.
    #expect(Self.problems([["id": "c", "agent": "writer", "goal": "${steps.b.text}"]], in: grown, by: "plan_2") == [])
  }

  @Test("the schema lets a model plan calls and agents, and nothing else")
  func schema() throws {
    let output = AgentOutput(ModelOutput(name: "plan", schema: PlannedSteps.schema(AgentRules(stepsPerRound: 1))))
    let call: JSONValue = ["id": "a", "tool": "t", "arguments": [:]]
    #expect(output.problems(["steps": [call]]) == [])
    for bad: JSONValue in [
      ["steps": []], ["steps": [call, call]], ["steps": [["id": "a", "wait": ["time": ["afterMs": 1]]]]],
      ["steps": [["id": "a", "agent": "critic", "goal": "x"]]],
      ["steps": [["id": "A", "tool": "t", "arguments": [:]]]],
    ] { #expect(!output.problems(bad).isEmpty) }
  }

  @Test("a verdict is what its structure says; to revise without saying what is no answer")
  func verdicts() throws {
    let answer = try #require(Self.review("revise")["structuredContent"])
    let review = try #require(Review(json: answer))
    #expect(
      review.objection(of: "review")?.message
        == "the critic is not content, and no further plan may be made: b: more; met 3/10: short")
    #expect(Review(json: ["verdict": "pass", "criteria": [], "feedback": []])?.objection(of: "r") == nil)
    #expect(
      Review.problems(["verdict": "revise", "criteria": [], "feedback": []]) == [
        "feedback: revise needs to say what is to be done"
      ])
    #expect(Review(json: ["verdict": "did not pass"]) == nil)
  }
}
