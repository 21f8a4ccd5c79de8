import SCRProtocol

/// What agents are bound by, and what they are told.
package struct AgentSettings: Sendable, Hashable {
  package var maxTurns = 24
  package var maxRounds = 3
  package var maxSteps = 20
  package var timeoutMs = 1_800_000
  package var prompts: String?
  package var folder: String?
  package var skills: String?
  package var contextTokens = 96_000
  package var recallRecords = 5
  package var recallBytes = 8192

  private static func usual(_ name: String) -> String {
    "`\(name)` beside the file of `--config`, else beside your own scr.yaml, if it is there"
  }

  static let settings: [Setting<AgentSettings>] = [
    Setting("maxTurns", \.maxTurns, .integer(1...1000), "Answers of its model that an agent's step may take."),
    Setting(
      "maxRounds", \.maxRounds, .integer(1...20),
      "Plans that are made for one goal: the first, and one more whenever the critic is not content."),
    Setting("maxSteps", \.maxSteps, .integer(1...200), "Steps that a planner may add at once."),
    Setting("timeoutMs", \.timeoutMs, .duration, "What an agent's step may take that sets no time of its own."),
    Setting(
      "prompts", \.prompts, .path,
      "A folder with files such as `worker.md` that stand in the place of the built-in prompts.", consent: .required,
      needsRestart: true, computedDefault: "the built-in prompts", example: "examples/prompts"),
    Setting(
      "folder", \.folder, .path, "A folder with agents of your own, each a file `NAME.md` (docs/agents.md).",
      consent: .required, needsRestart: true, computedDefault: usual("agents"), example: "examples/agents"),
    Setting(
      "skills", \.skills, .path, "A folder with skills, each a folder `NAME` with a `SKILL.md` (docs/skills.md).",
      consent: .required, needsRestart: true, computedDefault: usual("skills"), example: "examples/skills"),
    Setting(
      "contextTokens", \.contextTokens, .integer(1024...10_000_000),
      "Tokens of an agent's conversation as its model gets it; above it the oldest turns are left out."),
    Setting(
      "recallRecords", \.recallRecords, .integer(0...50),
      "Records of memory that planners, workers and researchers get to know when they begin; 0 for none."),
    Setting("recallBytes", \.recallBytes, .integer(256...1 << 20), "Bytes of all of them."),
  ]
}
