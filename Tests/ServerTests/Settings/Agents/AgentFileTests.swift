import SCRProtocol
import SCRRuntime
import SCRServer
import Testing

@Suite("Agents and skills as Markdown with front matter")
struct AgentFileTests {
  private static func agent(_ text: String, stem: String = "reviewer") throws(SourceError) -> AgentDefinition {
    try AgentFile.read(Array(text.utf8), file: "agents/\(stem).md", stem: stem, providers: ["local", "far"])
  }

  private static func problems(_ text: String, stem: String = "reviewer") -> [String] {
    do {
      _ = try agent(text, stem: stem)
      return []
    } catch { return error.problems.map(\.description) }
  }

  @Test("everything that a file may say is read; line ends of Windows are as good")
  func whole() throws {
    let text = """
      ---
      # A comment.
      name: reviewer
      description: "Finds faults: with lines."
      kind: researcher
      tools: ["files.*", calculator]
      skills:
        - changelog
      provider: local
      model: small
      temperature: 0.5
      maxOutputTokens: 900
      budget: { tokens: 5000, costUSD: 0.25 }
      maxTurns: 7
      ---

      Read it all.

      {{this}} stays as it is.

      """
    var wanted = AgentDefinition(
      name: "reviewer", description: "Finds faults: with lines.", base: .researcher,
      instructions: "Read it all.\n\n{{this}} stays as it is.", origin: "agents/reviewer.md")
    wanted.tools = ["files.*", "calculator"]
    wanted.skills = ["changelog"]
    wanted.settings = AgentModelSettings(provider: "local", model: "small", temperature: 0.5, maxOutputTokens: 900)
    wanted.budget = Budget(tokens: 5000, costMicros: 250_000)
    wanted.maxTurns = 7
    #expect(try Self.agent(text) == wanted)
    #expect(try Self.agent(text.replacing("\n", with: "\r\n")) == wanted)
  }

  @Test("a description and instructions are enough: a worker by the file's name")
  func least() throws {
    let made = try Self.agent("---\ndescription: Helps.\n---\nHelp.", stem: "helper-2")
    #expect(
      made
        == AgentDefinition(name: "helper-2", description: "Helps.", instructions: "Help.", origin: "agents/helper-2.md")
    )
  }

  @Test("what is wrong is told all at once, with line and column, and with what was meant")
  func wrong() {
    let text = """
      ---
      descripton: Finds faults.
      kind: resercher
      tools: files.*
      provider: locl
      temperature: hot
      budget: { tokns: 5 }
      maxTurns: 0
      ---
      Read.
      """
    #expect(
      Self.problems(text) == [
        "agents/reviewer.md:2:1: descripton: unknown member; did you mean \"description\"?",
        "agents/reviewer.md:2:1: description: is missing",
        "agents/reviewer.md:3:7: kind: \"resercher\" is none of worker, researcher, writer, validator; "
          + "did you mean \"researcher\"?",
        "agents/reviewer.md:4:8: tools: expected a list of strings, found string; such as [\"files.*\"]",
        "agents/reviewer.md:6:14: temperature: expected a number from 0.0 to 2.0",
        "agents/reviewer.md:5:11: provider: there is no provider \"locl\" under models.providers; "
          + "did you mean \"local\"?",
        "agents/reviewer.md:7:18: budget.tokns: unknown member \"tokns\"; did you mean \"tokens\"?",
        "agents/reviewer.md:8:11: maxTurns: expected a whole number from 1 to 1000",
      ])
  }

  static let broken: [(text: String, problem: String)] = [
    (
      "Do it.",
      "agents/reviewer.md:1:1: the file has no front matter; begin it with a line ---, then name: and description:"
    ),
    ("---\nname: x\n", "agents/reviewer.md:1:1: the front matter has no end; end it with a line ---"),
    ("---\n---\nDo it.", "agents/reviewer.md:2:1: the front matter is no map of keys and values"),
    (
      "---\ndescription: d\n---\n \n",
      "agents/reviewer.md:2:1: the agent has no instructions; write them below the front matter"
    ),
    (
      "---\nname: critic\ndescription: d\n---\nDo it.",
      "agents/reviewer.md:2:7: name: \"critic\" is one of the built-in agents; "
        + "take another name; agents.prompts replaces what the built-in ones are told"
    ),
    (
      "---\nname: My Agent\ndescription: d\n---\nDo it.",
      "agents/reviewer.md:2:7: name: \"My Agent\" is no name of an agent; "
        + "a small letter, then small letters, digits, - and _, 64 at most"
    ),
  ]

  @Test("what cannot be an agent is refused", arguments: broken)
  func refused(text: String, problem: String) { #expect(Self.problems(text) == [problem]) }

  @Test("broken YAML has its place in the whole file")
  func yaml() {
    let found = Self.problems("---\ndescription: a\ntools: [\"x\n---\nDo it.")
    #expect(found.count == 1 && found.first?.hasPrefix("agents/reviewer.md:") == true)
    #expect(Self.problems("---\nkind: worker\nkind: writer\n---\nDo it.").first?.contains("is written twice") == true)
  }

  @Test("a skill is named as its folder; members of other programs are passed over")
  func skill() throws {
    let text = "---\nname: taxes\ndescription: How.\nlicense: MIT\nallowed-tools: Bash\n---\nRound down.\n"
    let made = try SkillFile.read(Array(text.utf8), file: "skills/taxes/SKILL.md", folder: "taxes")
    #expect(made == Skill(name: "taxes", description: "How.", body: "Round down."))
    do {
      _ = try SkillFile.read(Array(text.utf8), file: "skills/tax/SKILL.md", folder: "tax")
      Issue.record("it was accepted")
    } catch {
      #expect(
        error.description
          == "skills/tax/SKILL.md:2:7: name: \"taxes\" is not the name of its folder; write tax, or rename the folder")
    }
  }
}
