package import SCRProtocol

/// Which ended tasks are to be submitted again, and with what changes.
package struct RetryRequest: Sendable, Hashable {
  package enum Selection: Sendable, Hashable {
    /// At most ``RetryRequest/limits``' upper bound.
    case tasks([TaskID])
    /// Those in a final state that nobody has retried yet, newest first; `before` is about their end.
    case ended(in: TaskState, taskClass: String?, before: Timestamp?)
  }

  package static let limits = 1...500

  package var selection: Selection
  package var edits: RetryEdits
  /// From ``RetryPage/nextCursor``.
  package var cursor: String?
  /// How many tasks are looked at in one call.
  package var limit: Int

  package init(_ selection: Selection, edits: RetryEdits = RetryEdits(), cursor: String? = nil, limit: Int = 100) {
    self.selection = selection
    self.edits = edits
    self.cursor = cursor
    self.limit = limit
  }
}

/// What a new task does otherwise than the one that it is made from.
package struct RetryEdits: Sendable, Hashable {
  /// By name over the old ones.
  package var inputs: JSONObject = [:]
  package var plan: JSONValue?
  package var planSource = SourceMap()
  package var priority: TaskPriority?
  package var taskClass: String?
  package var runAt: Timestamp?
  /// The step to begin with: what completed and needs nothing from it is taken over with its outcome. Nil begins anew.
  package var from: String?

  package init() {}
}

/// What became of a ``RetryRequest``.
package struct RetryPage: Sendable {
  package struct Retried: Sendable, Hashable {
    package var old: TaskID
    package var new: SubmittedTask
  }

  package struct Refused: Sendable {
    package var id: TaskID
    package var error: RuntimeError
  }

  package var retried: [Retried] = []
  package var refused: [Refused] = []
  /// Where to go on: there is more, or the queue became full.
  package var nextCursor: String?

  package init(nextCursor: String? = nil) { self.nextCursor = nextCursor }
}

extension TaskSubmission {
  /// The submission that a task was made from, as far as it holds for another run: its deadline and the moment of its
  /// start were that run's own, and an idempotency key stays with its first task.
  init(again old: AgentTask, _ edits: RetryEdits) {
    var inputs = old.inputs
    for input in edits.inputs { inputs[input.key] = input.value }
    self.init(
      goal: edits.plan == nil ? old.goal : nil, plan: edits.plan ?? (old.goal == nil ? old.plan : nil),
      planSource: edits.planSource,
      inputs: inputs, title: old.title, priority: edits.priority ?? old.priority,
      taskClass: edits.taskClass ?? old.taskClass, workspaceRoot: old.workspaceRoot,
      unknownOutcomeDefault: old.unknownOutcomeDefault)
    runAt = edits.runAt
    uniqueKey = old.uniqueKey
    fairnessKey = old.fairnessKey
    retry = old.retry
    // The weight of its key is the key's, and stays.
    budget = old.budget.flatMap { try? Budget(json: $0, path: "budget") }
  }
}
