package import SCRProtocol

/// Something that happened and was written down. Sequence numbers grow by commit order and are never reused.
package struct RuntimeEvent: Sendable, Hashable {
  package var sequence: Int64
  package var at: Timestamp
  package var kind: EventKind
  package var taskID: TaskID?
  package var stepID: String?
  package var data: JSONValue

  package init(
    sequence: Int64, at: Timestamp, kind: EventKind, taskID: TaskID? = nil, stepID: String? = nil,
    data: JSONValue = .object([:])
  ) {
    self.sequence = sequence
    self.at = at
    self.kind = kind
    self.taskID = taskID
    self.stepID = stepID
    self.data = data
  }
}

/// An event on its way into the store, which gives it its number in the commit that caused it.
package struct EventDraft: Sendable, Hashable {
  package var kind: EventKind
  package var taskID: TaskID?
  package var stepID: String?
  package var data: JSONValue

  package init(_ kind: EventKind, taskID: TaskID? = nil, stepID: String? = nil, data: JSONValue = .object([:])) {
    self.kind = kind
    self.taskID = taskID
    self.stepID = stepID
    self.data = data
  }
}

/// The kinds of interface.md §3; open, since later rooms append theirs.
package struct EventKind: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
  package let rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }
  package var description: String { rawValue }

  package static let taskSubmitted = EventKind(rawValue: "task.submitted")
  package static let taskScheduled = EventKind(rawValue: "task.scheduled")
  package static let taskQueued = EventKind(rawValue: "task.queued")
  package static let taskStarted = EventKind(rawValue: "task.started")
  package static let taskWaiting = EventKind(rawValue: "task.waiting")
  package static let taskCompleted = EventKind(rawValue: "task.completed")
  package static let taskFailed = EventKind(rawValue: "task.failed")
  package static let taskCancelled = EventKind(rawValue: "task.cancelled")
  package static let taskDead = EventKind(rawValue: "task.dead")
  /// Another task was submitted to do the work of one that has ended.
  package static let taskRetried = EventKind(rawValue: "task.retried")
  /// Of a stream alone, never stored: events that were asked for are no longer there.
  package static let eventsPruned = EventKind(rawValue: "events.pruned")
  /// Ticks of a schedule were left out: missed, or since an earlier task of it has not ended.
  package static let scheduleSkipped = EventKind(rawValue: "schedule.skipped")
  /// A schedule cannot go on until it is put anew.
  package static let scheduleFailed = EventKind(rawValue: "schedule.failed")
  /// It was found to go round in circles.
  package static let taskLooping = EventKind(rawValue: "task.looping")
  package static let planCreated = EventKind(rawValue: "plan.created")
  package static let planRevised = EventKind(rawValue: "plan.revised")
  package static let stepReady = EventKind(rawValue: "step.ready")
  package static let stepStarted = EventKind(rawValue: "step.started")
  package static let stepCompleted = EventKind(rawValue: "step.completed")
  package static let stepFailed = EventKind(rawValue: "step.failed")
  package static let stepRetrying = EventKind(rawValue: "step.retrying")
  package static let stepSkipped = EventKind(rawValue: "step.skipped")
  package static let stepWaiting = EventKind(rawValue: "step.waiting")
  package static let toolCalled = EventKind(rawValue: "tool.called")
  package static let toolReturned = EventKind(rawValue: "tool.returned")
  package static let toolDenied = EventKind(rawValue: "tool.denied")
  package static let approvalRequested = EventKind(rawValue: "approval.requested")
  package static let approvalAnswered = EventKind(rawValue: "approval.answered")
  /// A model is being asked.
  package static let modelStarted = EventKind(rawValue: "model.started")
  /// It has answered, or gave no answer.
  package static let modelFinished = EventKind(rawValue: "model.finished")
  /// Somebody said something to the agents of a task.
  package static let taskSteered = EventKind(rawValue: "task.steered")
  /// A piece of a model's answer; never stored (``EventDelta``).
  package static let modelDelta = EventKind(rawValue: "model.delta")
  package static let findingAdded = EventKind(rawValue: "finding.added")
  package static let agentStarted = EventKind(rawValue: "agent.started")
  package static let agentStopped = EventKind(rawValue: "agent.stopped")
  package static let agentRestarted = EventKind(rawValue: "agent.restarted")
  /// It was found to be silent, to stand still, or to ignore that it is to stop.
  package static let agentStuck = EventKind(rawValue: "agent.stuck")
  package static let serverState = EventKind(rawValue: "server.state")
  package static let queuePaused = EventKind(rawValue: "queue.paused")
  package static let queueResumed = EventKind(rawValue: "queue.resumed")
  package static let queueCleared = EventKind(rawValue: "queue.cleared")
  package static let queueDrained = EventKind(rawValue: "queue.drained")

  /// A process that an earlier incarnation left had to be ended.
  package static let processSwept = EventKind(rawValue: "process.swept")

  /// Stands in the place of an event whose row cannot be read, with the reason in `data.message`; never written.
  package static let damaged = EventKind(rawValue: "event.damaged")

  /// Those that this version writes.
  package static let all: [EventKind] = [
    taskSubmitted, taskScheduled, taskQueued, taskStarted, taskWaiting, taskCompleted, taskFailed, taskCancelled,
    taskDead, taskRetried, taskLooping, scheduleSkipped, scheduleFailed,
    planCreated, planRevised, stepReady, stepStarted, stepWaiting, stepCompleted, stepFailed, stepRetrying,
    stepSkipped, toolCalled, toolReturned, toolDenied, approvalRequested, approvalAnswered, modelStarted, modelDelta,
    modelFinished, taskSteered, findingAdded,
    agentStarted, agentStopped, agentRestarted, agentStuck,
    serverState, queuePaused, queueResumed, queueCleared, queueDrained, processSwept,
  ]

  /// The event that tells that a task reached `state`.
  package static func task(in state: TaskState) -> EventKind {
    switch state {
    case .scheduled: .taskScheduled
    case .queued: .taskQueued
    case .running: .taskStarted
    case .waiting: .taskWaiting
    case .completed: .taskCompleted
    case .failed: .taskFailed
    case .cancelled: .taskCancelled
    case .dead: .taskDead
    }
  }
}
