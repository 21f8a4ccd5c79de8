import SCRProtocol

/// Ends a task that nobody works on: its open steps and waits, its state and the event that tells of it, in one batch.
enum TaskEnding {
  /// - Parameters:
  ///   - waits: those of the task that are open.
  ///   - state: a final one.
  static func batch(
    _ snapshot: TaskSnapshot, waits: [Wait] = [], as state: TaskState, _ reason: TaskReason, now: Timestamp
  ) -> StoreBatch {
    var task = snapshot.task
    var journal = StepJournal(taskID: task.id, records: snapshot.steps)
    journal.cancelled(snapshot.steps.filter { !$0.state.isFinal }.map(\.stepID), now: now)
    task.state = state
    task.reason = reason
    journal.tell(
      .task(in: state), data: task.endData(openChildren: waits.count { $0.isOpen && $0.kind == .child }))
    task.lease = nil
    task.endedAt = now
    task.updatedAt = now
    // Those for children stay open until the children have ended as well.
    let questions = waits.filter { $0.isOpen && $0.kind != .child }
    return StoreBatch(
      at: now,
      preconditions: [.taskState(task.id, oneOf: [snapshot.task.state]), .taskEpoch(task.id, snapshot.task.epoch)]
        + questions.map { .documentRevision(.wait, $0.id, $0.revision) },
      changes: journal.takeChanges() + questions.map { .putDocument($0.closed(at: now).document) }
        + [.updateTask(task)],
      events: journal.takeEvents())
  }
}
