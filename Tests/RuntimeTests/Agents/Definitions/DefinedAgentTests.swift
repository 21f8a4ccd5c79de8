import SCRProtocol
import SCRTestSupport
import Testing

@testable import SCRRuntime

@Suite("An agent that a file describes")
struct DefinedAgentTests {
  private static let source = FakeToolSource(
    effects: ["read": .readOnly, "list": .readOnly],
    [
      "read": { _ in ToolResult(text: "read") }, "list": { _ in ToolResult(text: "listed") },
      "write": { _ in ToolResult(text: "written") },
    ])

  private static func definition(_ change: (inout AgentDefinition) -> Void = { _ in }) -> AgentDefinition {
    var definition = AgentDefinition(
      name: "reviewer", description: "Finds faults.", base: .worker, instructions: "Name file and line.",
      origin: "agents/reviewer.md")
    change(&definition)
    return definition
  }

  private static let skills = SkillShelf([
    Skill(
      name: "taxes", description: "How taxes are worked out.", body: "Round down.",
      files: ["rates.md": "19 and 7", "notes/old.md": "16"]),
    Skill(name: "letters", description: "How letters look.", body: "Be kind."),
  ])

  private static func fixture(
    _ model: ModelFake, _ definition: AgentDefinition? = definition(), skills: SkillShelf = SkillShelf()
  ) -> RuntimeFixture {
    var fixture = RuntimeFixture(source)
    fixture.models = ModelRegistry([model])
    fixture.configuration.definitions = AgentDefinitions([definition].compactMap(\.self))
    fixture.configuration.skills = skills
    return fixture
  }

  private static func plan(_ agent: String = "reviewer", _ more: JSONObject = [:]) -> JSONValue {
    var step: JSONObject = ["id": "a", "agent": .string(agent), "goal": "Look at it."]
    for member in more { step[member.key] = member.value }
    return ["title": "T", "steps": [.object(step)], "result": "${steps.a.text}"]
  }

  @Test("works by the kind's prompt with its own instructions behind it, under its own name")
  func works() async throws {
    let model = ModelFake { _ in ModelFake.text("All is well.") }
    let fixture = Self.fixture(model)
    let ended = try await fixture.live { try await $0.complete(Self.plan()) }
    #expect(ended.task.result == "All is well.")
    let request = try #require(model.all.first)
    let worker = try #require(PromptLibrary.standard[.worker])
    #expect(request.system == worker.body + "\n\nName file and line.")
    #expect(request.purpose.role == "reviewer")
    #expect(ended.task.provenance?["agents"]?.arrayValue?.first?["kind"] == "reviewer")
  }

  @Test("has no tool that its file, its step and its kind do not all leave it")
  func narrowing() async throws {
    let cases: [(base: AgentKind, own: [String]?, step: [String]?, tools: [String])] = [
      (.worker, nil, nil, ["add_finding", "fake_list", "fake_read", "fake_write"]),
      (.worker, ["fake.*"], ["fake.read", "calc*"], ["add_finding", "fake_read"]),
      (.worker, ["fake.read"], ["*"], ["add_finding", "fake_read"]),
      (.researcher, ["*"], nil, ["add_finding", "fake_list", "fake_read"]),
      (.writer, ["fake.write"], ["*"], []),
    ]
    for item in cases {
      let model = ModelFake { _ in ModelFake.text("ok") }
      let definition = Self.definition {
        $0.base = item.base
        $0.tools = item.own
      }
      let more: JSONObject = item.step.map { ["tools": .array($0.map { .string($0) })] } ?? [:]
      _ = try await Self.fixture(model, definition).live { try await $0.complete(Self.plan("reviewer", more)) }
      #expect(model.all.first?.tools.map(\.name).sorted() == item.tools)
    }
  }

  @Test("its model, its turns and its budget are its own, and none is wider than it was")
  func bounds() async throws {
    let model = ModelFake { _ in ModelFake.calls(("fake_read", [:]), tokens: 60) }
    let short = Self.definition {
      $0.maxTurns = 2
      $0.settings = AgentModelSettings(model: "small", temperature: 0.1)
    }
    let ended = try await Self.fixture(model, short).live { try await $0.complete(Self.plan()) }
    #expect(ended.steps[0].reason?.kind == TaskReason.turnLimit)
    #expect(model.all.map(\.model) == ["small", "small"] && model.all.first?.temperature == 0.1)
    let poor = ModelFake { _ in ModelFake.calls(("fake_read", [:]), tokens: 60) }
    let broke = try await Self.fixture(poor, Self.definition { $0.budget = Budget(tokens: 100) }).live {
      try await $0.complete(Self.plan("reviewer", ["budget": ["tokens": 100_000]]))
    }
    #expect(broke.steps[0].reason?.kind == "budget_exceeded" && poor.all.count == 2)
    let unpriced = ModelFake(isScripted: false) { _ in ModelFake.calls(("fake_read", [:]), tokens: 60) }
    let stopped = try await Self.fixture(unpriced, Self.definition { $0.budget = Budget(costMicros: 1_000_000) }).live {
      try await $0.complete(Self.plan())
    }
    #expect(stopped.steps[0].reason?.kind == "budget_exceeded" && unpriced.all.count == 1)
  }

  @Test("a name that nobody has is refused at the submission, with the one that was meant")
  func unknown() async throws {
    let fixture = Self.fixture(ModelFake { _ in ModelFake.text("ok") })
    try await fixture.live { runtime in
      for (name, hint) in [("reviewr", "reviewer"), ("resercher", "researcher"), ("poet", "agents.folder")] {
        do {
          _ = try await runtime.submit(TaskSubmission(plan: Self.plan(name)))
          Issue.record("\(name) was accepted")
        } catch let error as RuntimeError {
          #expect(error.path == "plan.steps[0].agent" && error.message.contains("there is no agent \"\(name)\""))
          #expect(error.hint?.contains(hint) == true)
        }
      }
      #expect(throws: PlanError.self) { try PlanParser.parse(Self.plan("planner"), hasModel: true) }
      #expect(throws: PlanError.self) { try PlanParser.parse(Self.plan("Reviewer"), hasModel: true) }
    }
  }

  @Test("if its file is gone by the time it is to work, the step says so")
  func gone() async throws {
    let model = ModelFake { _ in ModelFake.text("ok") }
    var fixture = Self.fixture(model)
    fixture.configuration.maxConcurrentTasks = 0
    let id = try await fixture.live { try await $0.submit(TaskSubmission(plan: Self.plan())).id }
    fixture.configuration.maxConcurrentTasks = 1
    fixture.configuration.definitions = AgentDefinitions()
    let ended = try await fixture.live { try #require(try await $0.wait(for: id, timeout: nil)) }
    #expect(ended.task.state == .failed && model.all.isEmpty)
    #expect(ended.steps[0].reason?.message.contains("nobody describes the agent \"reviewer\" any more") == true)
  }

  @Test("planners may name it, and know what it is for")
  func planner() async throws {
    let model = ModelFake { request in
      switch request.purpose.role {
      case "planner":
        return ModelFake.json(["steps": [["id": "look", "agent": "reviewer", "goal": "Look at it."]]])
      case "critic":
        return ModelFake.json([
          "criteria": [["name": "all", "score": 9, "reason": "done"]], "verdict": "pass", "feedback": [],
        ])
      default: return ModelFake.text("No fault.")
      }
    }
    let ended = try await Self.fixture(model).live { runtime in
      let id = try await runtime.submit(TaskSubmission(goal: "Review the change")).id
      return try #require(try await runtime.wait(for: id, timeout: nil))
    }
    #expect(ended.task.state == .completed && ended.task.result == "No fault.")
    let request = try #require(model.all.first)
    #expect(request.system?.hasSuffix("\n- reviewer, a worker: Finds faults.") == true)
    let schema = try #require(request.output?.schema)
    #expect(schema.jsonText.contains("\"validator\",\"reviewer\""))
  }

  // MARK: Skills

  @Test(
    "of skills the prompt says name and description alone; their texts come when they are asked for, as instructions")
  func disclosure() async throws {
    let model = ModelFake { request in
      switch request.turns {
      case 0: ModelFake.calls(("load_skill", ["skill": "taxes"]))
      case 1:
        ModelFake.calls(
          ("load_skill", ["skill": "taxes", "file": "notes/old.md"]),
          ("load_skill", ["skill": "taxes", "file": "../letters/SKILL.md"]), ("load_skill", ["skill": "tax"]))
      default: ModelFake.text("ok")
      }
    }
    let fixture = Self.fixture(model, skills: Self.skills)
    let ended = try await fixture.live { try await $0.complete(Self.plan("worker")) }
    #expect(ended.task.state == .completed)
    let requests = model.all
    let system = try #require(requests.first?.system)
    #expect(system.hasSuffix("\n- letters: How letters look.\n- taxes: How taxes are worked out."))
    #expect(!requests[0].messages.contains { $0.text.contains("Round down") } && !system.contains("Round down"))
    #expect(
      requests[1].results == ["Round down.\n\nFurther files of this skill:\n- notes/old.md\n- rates.md"])
    #expect(
      Array(requests[2].results.dropFirst()) == [
        "16", "not made: the skill taxes has no such file; it has notes/old.md, rates.md",
        "not made: there is no such skill; there are letters, taxes",
      ])
    // As other calls: begun and returned are entries of the journal.
    let turns = try await fixture.store.documents(DocumentQuery(.agentTurn, taskID: ended.task.id, limit: 100))
      .documents
    #expect(turns.count { $0.body["type"] == "begun" } == 2 && turns.count { $0.body["type"] == "returned" } == 4)
  }

  @Test("a file may leave an agent some of the skills; who has none is offered no tool for them")
  func narrowedSkills() async throws {
    for (globs, tools) in [(["let*"], ["add_finding", "load_skill"]), ([], ["add_finding"])] {
      let model = ModelFake { _ in ModelFake.text("ok") }
      let definition = Self.definition {
        $0.tools = []
        $0.skills = globs
      }
      _ = try await Self.fixture(model, definition, skills: Self.skills).live { try await $0.complete(Self.plan()) }
      #expect(model.all.first?.tools.map(\.name) == tools)
      #expect(model.all.first?.system?.contains("taxes") == false)
    }
  }
}
