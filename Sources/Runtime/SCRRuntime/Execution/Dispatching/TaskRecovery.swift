import SCRProtocol

/// What becomes of a task that an earlier life of the runtime was working on. Pure.
enum TaskRecovery {
  /// It goes back into the queue: no fault of its own. The life that ended under it is counted.
  static func batch(_ left: AgentTask, now: Timestamp) -> StoreBatch {
    var task = left
    task.state = .queued
    task.lease = nil
    task.interruptions += 1
    task.updatedAt = now
    return StoreBatch(
      at: now, preconditions: [.taskEpoch(task.id, task.epoch), .taskState(task.id, oneOf: [.running])],
      changes: [.updateTask(task)],
      events: [
        EventDraft(
          .taskQueued, taskID: task.id, data: ["recovered": true, "interruptions": JSONValue(task.interruptions)])
      ])
  }

  /// It seems to be what the runtime dies of: it becomes a dead letter.
  /// - Parameter waits: those of the task that are open.
  static func burial(
    _ left: AgentTask, _ steps: [StepRecord], waits: [Wait] = [], _ reason: TaskReason, now: Timestamp
  ) -> StoreBatch {
    var snapshot = TaskSnapshot(task: left, steps: steps)
    snapshot.task.interruptions += 1
    return TaskEnding.batch(snapshot, waits: waits, as: .dead, reason, now: now)
  }
}
