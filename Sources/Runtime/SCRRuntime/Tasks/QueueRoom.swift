import SCRProtocol
import Synchronization

/// The bounds of the queue, asked by whoever submits and told by whoever takes a task out of the queue or puts it back:
/// they cost no query.
package final class QueueRoom: Sendable {
  private let intake: Mutex<QueueIntake>
  private let knows = Atomic<Bool>(false)
  private let clock: any RuntimeClock

  init(_ intake: QueueIntake, clock: any RuntimeClock) {
    self.intake = Mutex(intake)
    self.clock = clock
  }

  /// - Throws: `queue_full` and `paused` with the time to come back.
  func take(_ task: AgentTask) throws(RuntimeError) {
    let now = clock.now()
    if let refusal = intake.withLock({ $0.take(task.taskClass, size: task.size, now: now) }) {
      throw RuntimeError(refusal, size: task.size, now: now)
    }
  }

  /// It was not stored after all.
  func undo(_ task: AgentTask) { intake.withLock { $0.undo(task.taskClass, size: task.size, now: clock.now()) } }

  /// A task has gone back to the queue without a new submission.
  func takeBack(_ task: AgentTask) {
    intake.withLock { $0.takeBack(task.taskClass, size: task.size, now: clock.now()) }
  }

  /// A task has left the queue: claimed, cancelled or failed.
  func giveBack(_ task: AgentTask) { giveBack(task.taskClass, size: task.size) }

  func giveBack(_ taskClass: String, size: Int) {
    intake.withLock { $0.giveBack(taskClass, size: size, now: clock.now()) }
  }

  /// Whether it has been told what is drained.
  var knowsControls: Bool { knows.load(ordering: .acquiring) }

  func control(_ controls: QueueControls.Snapshot) {
    defer { knows.store(true, ordering: .releasing) }
    intake.withLock { $0.control(all: controls.all, classes: controls.classes, now: clock.now()) }
  }

  func configure(_ limits: QueueLimits, classes: [String: QueueLimits]) {
    intake.withLock { $0.configure(limits, classes: classes, now: clock.now()) }
  }

  func counts() -> (whole: QueueIntake.Counts, classes: [String: QueueIntake.Counts]) {
    intake.withLock { $0.counts(now: clock.now()) }
  }
}

extension RuntimeError {
  init(_ refusal: QueueIntake.Refusal, size: Int, now: Timestamp) {
    switch refusal {
    case .draining(let scope, let until):
      self.init(
        .paused, "\(scope.words) is being drained and takes nothing in" + (until.map { " until \($0)" } ?? ""),
        hint: until == nil ? "somebody has to resume it: scr queue resume" : nil, isRetryable: true,
        retryAfter: until.map { max(.milliseconds(1), $0.since(now)) } ?? .seconds(60))
    case .full(let scope, let full, let limit):
      let unit = full.bound == .count ? "tasks" : "bytes"
      let message =
        full.isFinal
        ? "the task has \(size) bytes and \(scope.words) may hold \(limit)"
        : "\(scope.words) holds \(limit) \(unit), which is its limit"
      self.init(
        .queueFull, message, hint: full.isFinal ? "submit a smaller one" : nil, isRetryable: !full.isFinal,
        retryAfter: full.isFinal ? nil : full.retryAfter)
    }
  }
}

extension QueueScope {
  fileprivate var words: String {
    switch self {
    case .all: "the queue"
    case .taskClass(let name): "the class \(name)"
    }
  }
}
