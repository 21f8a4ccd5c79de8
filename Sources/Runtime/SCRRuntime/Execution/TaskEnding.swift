import SCRProtocol

/// Ends a task that nobody works on: its open steps, its state and the event that tells of it, in one batch.
enum TaskEnding {
  /// - Parameter state: a final one.
  static func batch(
    _ snapshot: TaskSnapshot, as state: TaskState, _ reason: TaskReason, now: Timestamp
  ) -> StoreBatch {
    var task = snapshot.task
    var journal = StepJournal(taskID: task.id, records: snapshot.steps)
    journal.cancelled(snapshot.steps.filter { !$0.state.isFinal }.map(\.stepID), now: now)
    journal.tell(.task(in: state), data: ["reason": reason.json])
    task.state = state
    task.reason = reason
    task.lease = nil
    task.endedAt = now
    task.updatedAt = now
    return StoreBatch(
      at: now,
      preconditions: [.taskState(task.id, oneOf: [snapshot.task.state]), .taskEpoch(task.id, snapshot.task.epoch)],
      changes: journal.takeChanges() + [.updateTask(task)], events: journal.takeEvents())
  }
}
