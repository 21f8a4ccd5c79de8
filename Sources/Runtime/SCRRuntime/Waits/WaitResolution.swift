package import SCRProtocol

/// What the end of a wait makes of its step.
package enum StepResolution: Sendable, Hashable {
  /// It completes with this value.
  case value(JSONValue)
  case failed(TaskReason, isRetryable: Bool)
  /// Its attempt is made again, under its old number.
  case again
}

/// A wait as the store has it, for the run that waits for it.
package struct WaitNews: Sendable, Hashable {
  package var wait: Wait
  /// The child task that it waited for, once that has ended.
  package var child: AgentTask?

  package init(_ wait: Wait, child: AgentTask? = nil) {
    self.wait = wait
    self.child = child
  }
}

extension WaitNews {
  /// Nil while the wait is open.
  package var resolution: StepResolution? {
    guard let answer = wait.answer else { return nil }
    if answer.decision == WaitAnswer.timedOut { return timedOut(answer) }
    switch wait.kind {
    case .child: return child.map(Self.resolution(of:)) ?? .failed(lost, isRetryable: false)
    case .time: return .value(Self.value(["at": .string(answer.at.description)], text: answer.at.description))
    case .input, .event: return .value(Self.value(answer.value ?? .null))
    case .approval: return approval(answer)
    case .unknownOutcome: return unknownOutcome(answer)
    case .budget, .loop: return nil
    }
  }

  private func timedOut(_ answer: WaitAnswer) -> StepResolution {
    if wait.kind == .time {
      return .value(Self.value(["at": .string(answer.at.description)], text: answer.at.description))
    }
    if wait.onTimeout == .continue { return .value(Self.value(["timedOut": true], text: "")) }
    let limit = wait.dueAt.map { $0.since(wait.requestedAt).milliseconds } ?? 0
    let what = wait.kind == .child ? "the child task did not end" : "nobody answered"
    return .failed(
      TaskReason(.timeout, "\(what) within \(limit) ms", stepID: wait.stepID), isRetryable: wait.kind == .child)
  }

  private func approval(_ answer: WaitAnswer) -> StepResolution {
    if wait.options == Wait.approvalOptions, answer.decision == WaitAnswer.reject {
      let words = answer.value.map { ": \($0.stringValue ?? $0.jsonText)" } ?? ""
      return .failed(
        TaskReason(
          kind: TaskReason.rejected, message: "\(answer.by) rejected it\(String(words.prefix(2000)))",
          stepID: wait.stepID), isRetryable: false)
    }
    return .value(Self.value(answer.json, text: answer.decision ?? ""))
  }

  private func unknownOutcome(_ answer: WaitAnswer) -> StepResolution {
    switch answer.decision {
    case WaitAnswer.retry: return .again
    case WaitAnswer.completed:
      guard let value = answer.value else { return .value(Self.value(.null, text: "")) }
      return .value(ToolResult(json: value)?.json ?? Self.value(value))
    default:
      return .failed(
        TaskReason(
          kind: TaskReason.unknownOutcome,
          message: "it is unknown whether its call took effect, and \(answer.by) chose to fail it",
          stepID: wait.stepID), isRetryable: false)
    }
  }

  private static func resolution(of child: AgentTask) -> StepResolution {
    if child.state == .completed { return .value(value(child.result ?? .null)) }
    let cause = child.reason
    return .failed(
      TaskReason(
        kind: cause?.kind ?? child.state.rawValue,
        message: "its child task \(child.id) ended as \(child.state.rawValue)"
          + (cause.map { ": \($0.message)" } ?? ""),
        stepID: child.parent?.stepID, hint: cause?.hint), isRetryable: child.state != .cancelled)
  }

  private var lost: TaskReason {
    TaskReason(
      .notFound, "its child task \(wait.childID?.text ?? "") is gone: it was pruned, or its row cannot be read",
      stepID: wait.stepID)
  }

  /// A step's value in the shape of a tool's result, so that expressions read all steps alike.
  private static func value(_ value: JSONValue, text: String? = nil) -> JSONValue {
    ToolResult(text: text ?? value.stringValue ?? value.jsonText, structuredContent: value).json
  }
}
