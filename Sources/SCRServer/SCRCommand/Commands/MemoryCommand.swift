import ArgumentParser

/// `scr memory`.
struct MemoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "memory", abstract: "Find, show, keep, forget and move what is remembered.",
    discussion: """
      EXAMPLES
        scr memory put "The staging database is db2" --tag infra
        scr memory search staging database
        scr memory list --kind result
        scr memory export > memory.jsonl
        scr memory verify
      """,
    subcommands: [
      MemoryListCommand.self, MemorySearchCommand.self, MemoryShowCommand.self, MemoryPutCommand.self,
      MemoryForgetCommand.self, MemoryExportCommand.self, MemoryImportCommand.self, MemoryVerifyCommand.self,
    ])
}
