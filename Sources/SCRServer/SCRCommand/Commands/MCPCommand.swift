import ArgumentParser

/// `scr mcp`.
struct MCPCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mcp", abstract: "Tool servers: list, check, trust, and one of our own.",
    discussion: """
      EXAMPLES
        scr mcp list
        scr mcp smoke
        scr mcp filesystem --root .
      """,
    subcommands: [MCPListCommand.self, MCPSmokeCommand.self, MCPTrustCommand.self, MCPFilesystemCommand.self])
}
