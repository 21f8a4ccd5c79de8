import ArgumentParser
import SCRProtocol
import SCRRuntime
import SCRServer

/// `scr tasks cancel`.
struct TasksCancelCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "Cancel a task that has not ended; needs the state directory for itself.",
    discussion: """
      While another scr owns the state directory, cancel through it: its client has cancel_task.

      EXAMPLES
        scr tasks cancel task_0123456789abcdef0123456789abcdef
      """)

  @Argument(help: "The task's id.") var task: String
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func run(in context: CommandContext) async throws -> CommandExit {
    let id = TaskID(task)
    let snapshot = try await StateOwner.run(settings, recovering: true, in: context) { runtime in
      try await StoredTasks.find(id, runtime)
      try await Self.waitForRecovery(of: id, runtime)
      return try await runtime.cancel(id)
    }
    if common.json {
      context.output.result(TaskProjection.json(snapshot))
    } else {
      context.output.result("\(id) \(snapshot.task.state.rawValue)")
    }
    if snapshot.task.state != .cancelled {
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
