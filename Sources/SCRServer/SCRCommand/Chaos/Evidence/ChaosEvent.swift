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
  var data: JSONValue = [:]

  var text: String {
    let subject = [taskID, stepID].compactMap(\.self).joined(separator: " ")
    let detail = Self.told.contains(kind) ? " \(data.jsonText.prefix(500))" : ""
    return "event \(sequence) \(kind)" + (subject.isEmpty ? "" : " \(subject)")
      + " at \(Timestamp(milliseconds: at))\(detail)"
  }

  /// Those of which the data say more than the kind.
  private static let told: Set<EventKind> = [
    .approvalRequested, .approvalAnswered, .stepWaiting, .taskScheduled, .queuePaused, .queueResumed, .queueDrained,
  ]
}

extension ChaosEvent {
  /// - Parameter params: of the notification `event`.
  init?(_ params: JSONValue) {
    guard let sequence = params["sequence"]?.integerValue, let kind = params["kind"]?.stringValue,
      let at = params["at"]?.stringValue.flatMap({ Timestamp($0) })
    else { return nil }
    self.init(
      sequence: sequence, at: at.milliseconds, kind: EventKind(rawValue: kind),
      taskID: params["taskId"]?.stringValue, stepID: params["stepId"]?.stringValue, data: params["data"] ?? [:])
  }

  /// Of `task.submitted`: the task's title, and the schedule that it comes from.
  var title: String? { data["title"]?.stringValue }
  var schedule: String? { data["schedule"]?.stringValue }
  /// Of `approval.answered`: the answer that counts.
  var answer: JSONValue? { data["answer"] }
  /// Of `step.waiting` and what tells of a question: when it ends by itself.
  var dueAt: Int64? { data["dueAt"]?.stringValue.flatMap { Timestamp($0)?.milliseconds } }

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

  /// Whether it tells of a state of its task.
  var tellsState: Bool { restingState != nil || [.taskQueued, .taskStarted, .taskScheduled].contains(kind) }
}
