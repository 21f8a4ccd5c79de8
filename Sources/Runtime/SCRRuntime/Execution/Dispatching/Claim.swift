import SCRProtocol
import Synchronization

/// A task on its way to a runner, and what can be said to that runner.
final class Claim: Sendable {
  let task: QueuedTask
  let lane: QueueLane
  let stop = OneShot<TaskRun.StopCause>()
  /// The class's rate limit, if it has to be written down with the claim.
  let rate: RateLedger.Writing?
  /// Nil until the claim was tried. Once it is ours, a runner that fails takes it up again without claiming.
  private let answer = Mutex<Outcome?>(nil)

  init(_ task: QueuedTask, _ lane: QueueLane, rate: RateLedger.Writing?) {
    self.task = task
    self.lane = lane
    self.rate = rate
  }

  func batch(owner: Incarnation, lease: Duration, now: Timestamp) -> StoreBatch {
    var changes: [StoreChange] = [
      .claimTask(task.id, TaskLease(owner: owner, until: now + lease), epoch: task.epoch + 1)
    ]
    if let rate {
      changes.append(
        .putDocument(
          StoreDocument(.queueControl, id: QueueDocument.rate(lane.taskClass).id, body: rate.body, now: now)))
    }
    return StoreBatch(
      at: now, preconditions: [.taskState(task.id, oneOf: [.queued]), .taskEpoch(task.id, task.epoch)],
      changes: changes,
      events: [EventDraft(.taskStarted, taskID: task.id, data: ["epoch": .integer(task.epoch + 1)])])
  }

  var outcome: Outcome? {
    get { answer.withLock { $0 } }
    set { answer.withLock { $0 = newValue } }
  }

  enum Outcome: Sendable, Hashable {
    case ours
    /// Somebody else has it, or it is no longer queued.
    case lost
    /// The store cannot write, or we are shutting down: it stays queued.
    case notTried
  }
}
