import ArgumentParser
import SCRProtocol
import SCRRuntime
import SCRServer

/// `scr tasks cancel`.
struct TasksCancelCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "Cancel a task that has not ended; works beside a running scr, through it.",
    discussion: """
      EXAMPLES
        scr tasks cancel task_0123456789abcdef0123456789abcdef
      """)

  @Argument(help: "The task's id.") var task: String
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func run(in context: CommandContext) async throws -> CommandExit {
    let id = TaskID(task)
    let cancelled: JSONValue = try await StateOwner.run(settings, recovering: true, in: context) { runtime in
      try await StoredTasks.find(id, runtime)
      try await Self.waitForRecovery(of: id, runtime)
      return TaskProjection.json(try await runtime.cancel(id))
    } beside: {
      try await $0.call("cancel_task", ["taskId": .string(id.text)], about: id)
    }
    let state = cancelled["state"]?.stringValue ?? ""
    if common.json {
      context.output.result(cancelled)
    } else {
      context.output.result("\(id) \(state)")
    }
    if state != TaskState.cancelled.rawValue {
      context.output.note("it had ended before; nothing was changed")
    }
    return .success
  }

  /// A task that a killed owner left running goes back into the queue first, where it can be cancelled at once.
  private static func waitForRecovery(of id: TaskID, _ runtime: CognitiveRuntime) async throws {
    let subscription = runtime.subscribe(taskID: id)
    defer { subscription.end() }
    guard try await runtime.task(id).task.state == .running else { return }
    _ = await subscription.next()
  }
}
