import SCRProtocol
import SCRRuntime
import SCRServer

/// How a task that a person waits for is told of: its events while it runs, and its result.
struct TaskReport: Sendable {
  enum Format: Sendable, Hashable { case text, json, events }

  var context: CommandContext
  var style: ProgressDisplay.Style
  var format: Format
  var outFile: OutFile?
  /// Looks at the task as it ended, before anything of it is shown.
  var verify: @Sendable (TaskSnapshot) throws -> Void = { _ in }

  func pass(_ events: [RuntimeEvent]) {
    guard format == .events else { return }
    for event in events { context.output.result(.object(EventProjection.fields(event))) }
  }

  func finish(_ snapshot: TaskSnapshot) throws {
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
