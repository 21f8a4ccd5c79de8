import ArgumentParser

/// `scr models`.
struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models", abstract: "Language models: which are configured, what they offer, whether they answer.",
    discussion: """
      EXAMPLES
        scr models list
        scr models list local
        scr models test
      """,
    subcommands: [ModelsListCommand.self, ModelsTestCommand.self])
}
