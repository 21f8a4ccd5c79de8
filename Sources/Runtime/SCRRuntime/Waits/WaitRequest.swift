import SCRProtocol

/// What a step of a running plan begins to wait for.
package enum WaitRequest: Sendable, Hashable {
  /// With its expressions resolved.
  case spec(WaitSpec)
  /// With its inputs resolved. `timeout` is the step's.
  case child(ChildPlan, timeout: Duration?)
  /// A crash left it unknown whether the step's call took effect.
  case unknownOutcome(TaskReason)
}

extension WaitRequest {
  /// - Parameters:
  ///   - hex: 32 random hexadecimal digits; a child's id and that of its wait share them.
  func wait(hex: String, taskID: TaskID, stepID: String, now: Timestamp) -> Wait {
    var wait = Wait(id: "wait_\(hex)", taskID: taskID, stepID: stepID, kind: .time, requestedAt: now)
    switch self {
    case .child(_, let timeout):
      wait.kind = .child
      wait.childID = TaskID("task_\(hex)")
      wait.dueAt = timeout.map { now + $0 }
    case .unknownOutcome(let reason):
      wait.kind = .unknownOutcome
      wait.question = "\(reason.message). Make the call again, take it as completed, or fail the step?"
      wait.options = [WaitAnswer.retry, WaitAnswer.completed, WaitAnswer.fail]
    case .spec(let spec):
      wait.dueAt = spec.timeout.map { now + $0 }
      wait.onTimeout = spec.onTimeout
      switch spec.form {
      case .approval(let question, let options):
        wait.kind = .approval
        wait.question = question
        wait.options = options.isEmpty ? Wait.approvalOptions : options
      case .input(let question, let schema):
        wait.kind = .input
        wait.question = question
        wait.schema = schema
      case .event(let name, let key):
        wait.kind = .event
        wait.event = EventName(name, key: key)
      case .time(.after(let duration)): wait.dueAt = now + duration
      case .time(.at(let text)): wait.dueAt = Timestamp(text) ?? now
      }
    }
    return wait
  }
}

extension Wait {
  static let approvalOptions = [WaitAnswer.approve, WaitAnswer.reject]

  /// Why its step, or its task, is where it is.
  package var reason: TaskReason {
    let message =
      switch kind {
      case .approval: "it waits for an approval: \(question ?? "")"
      case .input: "it waits for an input: \(question ?? "")"
      case .event:
        "it waits for the event \(event?.name ?? "")" + (event?.key.map { " with the key \($0)" } ?? "")
      case .time: "it waits until \(dueAt?.description ?? "")"
      case .child: "it waits for the end of its child task \(childID?.text ?? "")"
      case .unknownOutcome, .budget, .loop: question ?? ""
      }
    let kind = self.kind == .unknownOutcome ? TaskReason.unknownOutcome : TaskReason.waiting
    return TaskReason(
      kind: kind, message: message, stepID: stepID,
      hint: self.kind.isQuestion ? "answer it: scr approvals answer \(id)" : nil)
  }
}
