import SCRProtocol
import SCRRuntime
import SCRServer

/// One task that a person waits for: from its submission to its result on stdout.
struct TaskSession: Sendable {
  typealias Format = TaskReport.Format

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
    let follower = TaskFollower(id, runtime: runtime, display: display) { [report] in report.pass($0) }
    if let number = try await interruption(of: id, submit) { return .signal(number) }
    switch try await follower.follow(context.signals) {
    case .ended(let snapshot):
      try report.finish(snapshot)
      return TaskText.exit(snapshot.task, signal: follower.signal)
    case .waiting(let snapshot):
      try report.finish(snapshot)
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

  private var report: TaskReport {
    TaskReport(context: context, style: style, format: format, outFile: outFile, verify: verify)
  }
}
