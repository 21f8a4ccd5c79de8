import SCRProtocol
import SCRRuntime

/// What a run needs to know of an event of the runtime.
struct ChaosEvent: Sendable, Hashable {
  var sequence: Int64
  /// Milliseconds since 1970.
  var at: Int64
  var kind: EventKind
  var taskID: String?
  var stepID: String?
  /// Of `task.submitted`: the task's title.
  var title: String?

  var text: String {
    let subject = [taskID, stepID].compactMap(\.self).joined(separator: " ")
    return "event \(sequence) \(kind)" + (subject.isEmpty ? "" : " \(subject)") + " at \(Timestamp(milliseconds: at))"
  }
}

extension ChaosEvent {
  /// - Parameter params: of the notification `event`.
  init?(_ params: JSONValue) {
    guard let sequence = params["sequence"]?.integerValue, let kind = params["kind"]?.stringValue,
      let at = params["at"]?.stringValue.flatMap({ Timestamp($0) })
    else { return nil }
    self.init(
      sequence: sequence, at: at.milliseconds, kind: EventKind(rawValue: kind),
      taskID: params["taskId"]?.stringValue, stepID: params["stepId"]?.stringValue,
      title: params["data"]?["title"]?.stringValue)
  }

  /// The state that the task is in from here on, where it comes to rest in it.
  var restingState: TaskState? {
    switch kind {
    case .taskCompleted: .completed
    case .taskFailed: .failed
    case .taskCancelled: .cancelled
    case .taskDead: .dead
    case .taskWaiting: .waiting
    default: nil
    }
  }
}
