package import ArgumentParser

/// `scr`.
package struct RootCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "scr",
    abstract: "A supervised runtime for agents: durable tasks, real tools, over stdio.",
    discussion: """
      EXAMPLES
        scr demo                          see a plan work
        scr run --plan report.yaml        run a plan and print its result
        scr chat "What is a monad?"       ask a model
        scr serve                         serve an MCP host or a script over stdin and stdout
        scr mcp smoke                     check the configured tool servers
        scr --generate-completion-script bash > ~/.local/share/bash-completion/completions/scr

      Exit codes: 0 success, 1 the task or check failed, 2 usage or configuration, 3 cancelled, 4 timed out,
      5 runtime unavailable, 130 and 143 on signals, 141 when whoever read stdout has gone.
      """,
    version: "scr \(Version.text)",
    subcommands: [
      DemoCommand.self, RunCommand.self, ChatCommand.self, ServeCommand.self, ConnectCommand.self,
      PlanCommand.self, TasksCommand.self,
      ApprovalsCommand.self,
      QueueCommand.self, AgentsCommand.self, SchedulesCommand.self, MemoryCommand.self, MCPCommand.self,
      ModelsCommand.self,
      StoreCommand.self,
      ReplayCommand.self, ChaosCommand.self, ConfigCommand.self, VersionCommand.self, EffectsCommand.self,
      ChaosEffectsCommand.self,
    ])

  package init() {}
}
