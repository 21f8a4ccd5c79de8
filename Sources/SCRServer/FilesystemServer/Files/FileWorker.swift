import SCRConnection
import Synchronization

/// One thread for calls that block on the disk, which the cooperative pool must not do. In order, with a bounded queue.
final class FileWorker: Sendable {
  private struct State {
    var jobs: [Job] = []
    var hasThread = false
    var isClosed = false
  }

  private struct Job {
    let flag: CancellationFlag
    let run: @Sendable () -> Void
    let drop: @Sendable () -> Void
  }

  private enum Admission { case queued, queuedFirst, full, cancelled }

  private let capacity: Int
  private let monitor = Monitor(State())

  /// - Parameter capacity: jobs that wait; the one that runs is not counted.
  init(capacity: Int) { self.capacity = capacity }

  deinit {
    monitor.withLock { $0.isClosed = true }
    monitor.signal()
  }

  /// Runs `body` on the thread. A cancelled task's job leaves the queue at once; one that runs learns of it by its flag.
  /// - Throws: what `body` throws, `CancellationError`, or ``FilesystemServerError`` `busy` where the queue is full.
  func run<Value: Sendable>(
    _ body: @escaping @Sendable (CancellationFlag) throws -> Value
  ) async throws -> Value {
    let flag = CancellationFlag()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let job = Job(
          flag: flag, run: { continuation.resume(with: Result { try body(flag) }) },
          drop: { continuation.resume(throwing: CancellationError()) })
        let admission = admit(job)
        if admission == .cancelled { job.drop() }
        if admission == .full {
          continuation.resume(
            throwing: FilesystemServerError(
              .busy, "\(capacity) file operations wait already; try again when some have ended"))
        }
      }
    } onCancel: {
      flag.cancel()
      withdraw(flag)
    }
  }

  private func withdraw(_ flag: CancellationFlag) {
    let job = monitor.withLock { state in
      state.jobs.firstIndex { $0.flag === flag }.map { state.jobs.remove(at: $0) }
    }
    job?.drop()
  }

  private func admit(_ job: Job) -> Admission {
    let admission: Admission = monitor.withLock { state in
      // Under the lock: a cancellation either is seen here or finds the job in the queue.
      if job.flag.isCancelled { return .cancelled }
      if state.jobs.count >= capacity { return .full }
      state.jobs.append(job)
      defer { state.hasThread = true }
      return state.hasThread ? .queued : .queuedFirst
    }
    if admission == .queuedFirst { WireThread.start { [monitor] in Self.work(monitor) } }
    if admission == .queued || admission == .queuedFirst { monitor.signal() }
    return admission
  }

  private static func work(_ monitor: Monitor<State>) {
    while true {
      let job = monitor.waitFor { state -> Job?? in
        if !state.jobs.isEmpty { return .some(state.jobs.removeFirst()) }
        return state.isClosed ? .some(nil) : nil
      }
      guard let job else { return }
      job.run()
    }
  }
}

/// Tells work on a thread of our own that nobody waits for it any more.
final class CancellationFlag: Sendable {
  private let isSet = Atomic(false)

  func cancel() { isSet.store(true, ordering: .relaxed) }

  var isCancelled: Bool { isSet.load(ordering: .relaxed) }

  func check() throws(CancellationError) {
    if isCancelled { throw CancellationError() }
  }
}
