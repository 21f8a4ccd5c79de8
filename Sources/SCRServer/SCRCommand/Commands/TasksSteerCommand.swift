import ArgumentParser
import SCRProtocol
import SCRRuntime
import SCRServer

/// `scr tasks steer`.
struct TasksSteerCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "steer", abstract: "Say something to a task's agents; needs the state directory for itself.",
    discussion: """
      The message is kept until an agent of the task has heard it: the next that is about to ask its model, or with
      --follow-up the next that begins, so that whoever is at work is not disturbed. Messages are heard in their order. While
      another scr owns the state directory, say it through that one: its client has steer_task.

      EXAMPLES
        scr tasks steer task_0123456789abcdef0123456789abcdef "Leave the folder of the tests alone"
        scr tasks steer task_0123456789abcdef0123456789abcdef "Then write it in German" --follow-up
      """)

  @Argument(help: "The task's id.") var task: String
  @Argument(help: ArgumentHelp("What its agents are to know or do.", valueName: "message")) var message: String
  @Option(help: ArgumentHelp("Only this step's agent is to hear it.", valueName: "id")) var step: String?
  @Flag(help: "Only an agent that begins is to hear it.") var followUp = false
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func run(in context: CommandContext) async throws -> CommandExit {
    let (id, message, step, followUp) = (TaskID(task), message, step, followUp)
    let letter = try await StateOwner.run(settings, in: context) { runtime in
      try await StoredTasks.find(id, runtime)
      return try await runtime.steer(id, message, stepID: step, isFollowUp: followUp, by: "scr tasks steer")
    }
    if common.json {
      context.output.result(["taskId": .string(id.text), "messageId": .string(letter)])
    } else {
      context.output.result("kept for the agents of \(id) as \(letter)")
    }
    return .success
  }
}
