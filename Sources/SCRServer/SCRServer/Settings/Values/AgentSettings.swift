import SCRProtocol

/// What agents are bound by, and what they are told.
package struct AgentSettings: Sendable, Hashable {
  package var maxTurns = 24
  package var maxRounds = 3
  package var maxSteps = 20
  package var timeoutMs = 1_800_000
  package var prompts: String?

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
  ]
}
