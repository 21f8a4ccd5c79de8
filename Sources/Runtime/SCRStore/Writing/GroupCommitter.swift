import GRDB
import SCRRuntime
import Synchronization

/// The one writer of the task store: one COMMIT, and with it one flush of the disk, takes all batches that came while
/// the last one ran.
///
/// It runs on the queue of GRDB's writing connection: threads of Dispatch, never those of the cooperative pool.
final class GroupCommitter: Sendable {
  typealias Outcome = Result<[RuntimeEvent], StoreError>

  private struct Entry: Sendable {
    let batch: PreparedBatch
    let done: CheckedContinuation<Outcome, Never>
  }

  /// Bounds how long the first of many waits for the last, and the memory of one transaction.
  private static let groupLimit = 512

  private let pool: DatabasePool
  private let checkpointer: Checkpointer
  private let trust: DiskTrust
  private let queue = Mutex(CommitQueue<Entry>())
  private let commitCount = Atomic<Int>(0)

  init(pool: DatabasePool, checkpointer: Checkpointer, trust: DiskTrust) {
    self.pool = pool
    self.checkpointer = checkpointer
    self.trust = trust
  }

  /// How many transactions were committed. Tests compare it with the number of batches.
  var commits: Int { commitCount.load(ordering: .relaxed) }

  /// Returns after the commit that holds the batch. Cancelling the caller changes nothing: the outcome must be known.
  func commit(_ batch: PreparedBatch) async -> Outcome {
    await withCheckedContinuation { done in
      let mustStart = queue.withLock { $0.add(Entry(batch: batch, done: done)) }
      if mustStart { pool.asyncWriteWithoutTransaction { self.run($0) } }
    }
  }

  private func run(_ database: Database) {
    let writer = BatchWriter(database)
    while true {
      let group = queue.withLock { $0.take(limit: Self.groupLimit) }
      if group.isEmpty { return }
      let outcomes =
        trust.lost.map { lost in group.map { _ in .failure(lost) } } ?? commit(group, by: writer, in: database)
      for (entry, outcome) in zip(group, outcomes) { entry.done.resume(returning: outcome) }
      checkpointer.committed(in: database)
    }
  }

  private func commit(_ group: [Entry], by writer: BatchWriter, in database: Database) -> [Outcome] {
    do {
      try database.beginTransaction(.immediate)
      var outcomes: [Outcome] = []
      outcomes.reserveCapacity(group.count)
      for entry in group { outcomes.append(try attempt(entry.batch, by: writer, in: database)) }
      try database.commit()
      commitCount.add(1, ordering: .relaxed)
      return outcomes
    } catch {
      // SQLite may have rolled back by itself, then there is nothing left to take back.
      if database.isInsideTransaction { try? database.rollback() }
      let failure = trust.writeFailed(error)
      return group.map { _ in .failure(failure) }
    }
  }

  /// Applies one batch under a savepoint, so that its failure leaves the rest of the group untouched.
  /// - Throws: what ended the whole transaction.
  private func attempt(_ batch: PreparedBatch, by writer: BatchWriter, in database: Database) throws -> Outcome {
    try writer.run("SAVEPOINT batch")
    do {
      let events = try writer.apply(batch)
      try writer.run("RELEASE batch")
      return .success(events)
    } catch {
      guard database.isInsideTransaction, !DiskTrust.isFailedFlush(error) else { throw error }
      try writer.run("ROLLBACK TO batch")
      try writer.run("RELEASE batch")
      return .failure(StoreError(error, path: pool.path, doing: "write"))
    }
  }
}
