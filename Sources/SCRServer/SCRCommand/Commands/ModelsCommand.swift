import ArgumentParser

/// `scr models`.
struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models", abstract: "Language models: which are configured, what they offer, what they cost.",
    discussion: """
      EXAMPLES
        scr models list
        scr models list local
        scr models test
        scr models usage --days 1
      """,
    subcommands: [ModelsListCommand.self, ModelsTestCommand.self, ModelsUsageCommand.self])
}
