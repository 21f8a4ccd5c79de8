import SCRProtocol
import Testing

@testable import SCRRuntime

@Suite("What an agent is told at first, word for word")
struct PromptGoldenTests {
  private static let brief: AgentBrief = {
    var brief = AgentBrief(taskID: TaskID("task_1"), stepID: "write", kind: .writer, goal: "Write it up.")
    brief.inputs = ["folder": "/srv"]
    brief.sources = [
      AgentBrief.Source(stepID: "look", work: "researcher: look around", state: .completed, text: "three files"),
      AgentBrief.Source(stepID: "count", work: "calculator {}", state: .failed, text: "invalid_input: no"),
    ]
    return brief
  }()

  private static let finding = Finding(
    number: 1, at: Timestamp(milliseconds: 0), taskID: TaskID("task_1"), value: "a is large")

  @Test("all findings of the family are seen with who found them, the newest where there is no room for all")
  func findings() throws {
    let prompt = try #require(PromptLibrary.standard[.writer])
    func told(_ texts: [String]) -> String {
      let findings = texts.enumerated().map { place, text in
        Finding(
          number: Int64(place + 1), at: Timestamp(milliseconds: 0), taskID: TaskID("task_1"), stepID: "look",
          source: "reviewer", value: .string(text))
      }
      return AgentOpening(
        Self.brief, prompt: prompt, rules: AgentRules(), tools: [], shelf: AgentOpening.Shelf(findings: findings)
      ).user
    }
    let all = told((1...100).map { "finding \($0)" })
    #expect((1...100).allSatisfy { all.contains("\n- finding \($0) (reviewer, step look)\n") })
    let long = told((1...100).map { "finding \($0) " + String(repeating: "x", count: 1000) })
    #expect(!long.contains("- finding 1 ") && long.contains("- finding 100 ") && long.utf8.count < 32 << 10)
  }

  @Test("a writer gets goal, inputs, what others gave, and findings, each marked as material")
  func writer() throws {
    let prompt = try #require(PromptLibrary.standard[.writer])
    let opening = AgentOpening(
      Self.brief, prompt: prompt, rules: AgentRules(), tools: [],
      shelf: AgentOpening.Shelf(findings: [Self.finding]))
    #expect(opening.system == prompt.body && opening.tools == [])
    #expect(
      opening.user == """
        Goal:
        Write it up.

        Inputs:
        <data cf78525e88bb: inputs>
        {"folder":"/srv"}
        </data cf78525e88bb>

        What other steps gave:
        Step look (completed): researcher: look around
        <data 7b9ebf1e53f1: outcome of look>
        three files
        </data 7b9ebf1e53f1>

        Step count (failed): calculator {}
        <data 92c9d7500379: outcome of count>
        invalid_input: no
        </data 92c9d7500379>

        Findings of those who work on the same task:
        <data 0f8a2d1999e2: findings>
        - a is large
        </data 0f8a2d1999e2>
        """)
  }

  @Test("a planner is told which tools there are, and in a later round what the critic wants")
  func planner() throws {
    var brief = AgentBrief(taskID: TaskID("task_1"), stepID: "plan_2", kind: .planner, goal: "Find it.")
    brief.round = 2
    brief.feedback = ["verdict": "revise"]
    let prompt = try #require(PromptLibrary.standard[.planner])
    let tool = ModelTool(
      name: "fs_list", description: "Lists a folder.\nMore.", inputSchema: ["type": "object"])
    let opening = AgentOpening(brief, prompt: prompt, rules: AgentRules(), tools: [], plannable: [tool])
    #expect(opening.system.contains("\n- fs_list: Lists a folder.\n  arguments: {\"type\":\"object\"}\n"))
    #expect(opening.system.contains("Agents are worker, researcher, writer, validator. "))
    #expect(opening.system.contains("20 at most") && opening.system.contains("There are 3 plans at most"))
    #expect(!opening.system.contains("{{") && opening.system.contains("${steps.ID.text}"))
    #expect(opening.user.hasSuffix(DataBlock("{\"verdict\":\"revise\"}", of: "feedback").text))
    #expect(opening.user.contains("This is plan 2 of at most 3."))
  }
}
