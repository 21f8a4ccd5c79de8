package import SCRProtocol

/// Why a task is where it is.
package struct Explanation: Sendable, Hashable {
  package var taskID: TaskID
  package var title: String
  package var state: TaskState
  /// What matters most first; never empty.
  package var reasons: [Cause]
  /// Those that its steps wait for, one level deep.
  package var children: [Explanation]

  package init(taskID: TaskID, title: String, state: TaskState, reasons: [Cause], children: [Explanation] = []) {
    self.taskID = taskID
    self.title = title
    self.state = state
    self.reasons = reasons
    self.children = children
  }

  /// One reason.
  package struct Cause: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
      // Of a task that is queued.
      case lane, turn, paused, draining
      case classLimit = "class_limit"
      case rateLimit = "rate_limit"
      case workerLimit = "worker_limit"
      case serverNotReady = "server_not_ready"
      case serverChanged = "server_changed"
      case otherFolder = "other_folder"
      case noRuntime = "no_runtime"
      // Of one that is scheduled.
      case runAt = "run_at"
      case retryPause = "retry_pause"
      // Of one that runs.
      case step
      case stepRetry = "step_retry"
      case beginning, cancelling
      case leaseLost = "lease_lost"
      // Of one that waits.
      case approval, input, event, time, child, budget, loop
      case unknownOutcome = "unknown_outcome"
      case waiting
      // Of one that has ended.
      case ended
      case failedStep = "failed_step"
      case again
      // Of any.
      case deadline, parent
    }

    package var kind: Kind
    package var message: String
    package var since: Timestamp?
    /// When it ends by itself.
    package var until: Timestamp?
    package var hint: String?

    package init(
      _ kind: Kind, _ message: String, since: Timestamp? = nil, until: Timestamp? = nil, hint: String? = nil
    ) {
      self.kind = kind
      self.message = message
      self.since = since
      self.until = until
      self.hint = hint
    }

    /// `{kind, message, since?, until?, hint?}`.
    package var json: JSONValue {
      var fields: JSONObject = ["kind": .string(kind.rawValue), "message": .string(message)]
      fields["since"] = since.map { .string($0.description) }
      fields["until"] = until.map { .string($0.description) }
      fields["hint"] = hint.map { .string($0) }
      return .object(fields)
    }
  }

  /// `{taskId, title, state, reasons, children?}`.
  package var json: JSONValue {
    var fields: JSONObject = [
      "taskId": .string(taskID.text), "title": .string(title), "state": .string(state.rawValue),
      "reasons": .array(reasons.map(\.json)),
    ]
    if !children.isEmpty { fields["children"] = .array(children.map(\.json)) }
    return .object(fields)
  }
}
