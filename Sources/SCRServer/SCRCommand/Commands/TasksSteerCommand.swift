import ArgumentParser
import SCRProtocol
import SCRRuntime
import SCRServer

/// `scr tasks steer`.
struct TasksSteerCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "steer", abstract: "Say something to a task's agents; works beside a running scr, through it.",
    discussion: """
      The message is kept until an agent of the task has heard it: the next that is about to ask its model, or with
      --follow-up the next that begins, so that whoever is at work is not disturbed. Messages are heard in their order.

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
    let by = "scr tasks steer"
    let letter = try await StateOwner.run(settings, in: context) { runtime in
      try await StoredTasks.find(id, runtime)
      return try await runtime.steer(id, message, stepID: step, isFollowUp: followUp, by: by)
    } beside: { owner in
      let params: JSONObject = [
        "taskId": .string(id.text), "message": .string(message), "followUp": .bool(followUp), "by": .string(by),
      ]
      return try await owner.call("steer_task", params.adding("stepId", step.map { .string($0) }), about: id)[
        "messageId"]?
        .stringValue ?? ""
    }
    if common.json {
      context.output.result(["taskId": .string(id.text), "messageId": .string(letter)])
    } else {
      context.output.result("kept for the agents of \(id) as \(letter)")
    }
    return .success
  }
}
