import ArgumentParser

/// `scr tasks`.
struct TasksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tasks", abstract: "Look at tasks of the state directory, cancel, retry or remove them.",
    discussion: """
      EXAMPLES
        scr tasks list --status failed
        scr tasks show task_0123456789abcdef0123456789abcdef
        scr tasks logs task_0123456789abcdef0123456789abcdef
      """,
    subcommands: [
      TasksListCommand.self, TasksShowCommand.self, TasksExplainCommand.self, TasksCancelCommand.self,
      TasksSteerCommand.self, TasksRetryCommand.self, TasksLogsCommand.self, TasksExportCommand.self,
      TasksPruneCommand.self,
    ])
}
