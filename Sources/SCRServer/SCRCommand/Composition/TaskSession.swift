import SCRProtocol
import SCRRuntime
import SCRServer

/// One task that a person waits for: from its submission to its result on stdout.
struct TaskSession: Sendable {
  enum Format: Sendable, Hashable { case text, json, events }

  var runtime: CognitiveRuntime
  var context: CommandContext
  var style: ProgressDisplay.Style
  var format: Format
  var outFile: OutFile?
  /// Looks at the task as it ended, before anything of it is shown.
  var verify: @Sendable (TaskSnapshot) throws -> Void = { _ in }

  /// - Parameters:
  ///   - id: of the task that `submit` makes.
  ///   - submit: called once we listen for its events.
  @MainActor func run(
    id: TaskID, title: String, plan: JSONValue?, submit: @escaping @Sendable () async throws -> Void
  ) async throws -> CommandExit {
    let output = context.output
    let display = ProgressDisplay(
      RunProgress(title: title, plan: plan), style: style, output: output, clock: context.clock)
    if style == .block { context.signals.beforeForcedExit { output.draw(ProgressFrame.showCursor) } }
    let follower = TaskFollower(id, runtime: runtime, display: display) { events in
      guard format == .events else { return }
      for event in events { output.result(.object(EventProjection.fields(event))) }
    }
    if let number = try await interruption(of: id, submit) { return .signal(number) }
    switch try await follower.follow(context.signals) {
    case .ended(let snapshot):
      try finish(snapshot)
      return TaskText.exit(snapshot.task, signal: follower.signal)
    case .waiting(let snapshot):
      try finish(snapshot)
      return TaskText.exit(snapshot.task)
    case .interrupted(let number):
      output.note("\(id) is left to the next scr serve or scr run in this folder")
      return .signal(number)
    }
  }

  /// Submitting may wait for tool servers; a signal ends that.
  /// - Returns: nil once the task is accepted.
  private func interruption(
    of id: TaskID, _ submit: @escaping @Sendable () async throws -> Void
  ) async throws -> Int32? {
    let number = try await withThrowingTaskGroup(of: Int32?.self) { group in
      group.addTask {
        try await submit()
        return nil
      }
      group.addTask { [signals = context.signals] in await signals.first() }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
    // It may have been accepted in the same moment.
    if number == TerminationSignals.interrupt, (try? await runtime.task(id)) != nil { _ = try await runtime.cancel(id) }
    return number
  }

  private func finish(_ snapshot: TaskSnapshot) throws {
    try verify(snapshot)
    let output = context.output
    let result = TaskText.result(snapshot.task.result)
    if let outFile, let result { try outFile.write(result.hasSuffix("\n") ? result : result + "\n") }
    switch format {
    case .json: output.result(TaskProjection.json(snapshot))
    case .events: output.result(["kind": "task", "task": TaskProjection.json(snapshot)])
    case .text: if outFile == nil, snapshot.task.state == .completed, let result { output.result(result) }
    }
    if style != .silent || snapshot.task.state != .completed { output.note(TaskText.summary(snapshot)) }
  }
}
