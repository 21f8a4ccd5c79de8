import GRDB
import SCRRuntime
import Synchronization

/// The one writer of the task store: one COMMIT, and with it one flush of the disk, takes all batches that came while
/// the last one ran.
///
/// It runs on the queue of GRDB's writing connection: threads of Dispatch, never those of the cooperative pool.
final class GroupCommitter: Sendable {
  typealias Outcome = Result<AppliedBatch, StoreError>

  private struct Entry: Sendable {
    let batch: PreparedBatch
    let done: CheckedContinuation<Outcome, Never>
  }

  /// Bounds how long the first of many waits for the last, and the memory of one transaction.
  private static let groupLimit = 512

  private static let patience = Duration.microseconds(50)

  private let pool: DatabasePool
  private let checkpointer: Checkpointer
  private let trust: DiskTrust
  private let queue = Mutex(CommitQueue<Entry>())
  /// Whether `queue` holds something, readable without its lock.
  private let hasWaiting = Atomic<Bool>(false)
  private let commitCount = Atomic<Int>(0)
  /// Touched on the writing connection's queue alone.
  private nonisolated(unsafe) var kept: BatchWriter?

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
      let mustStart = queue.withLock {
        hasWaiting.store(true, ordering: .relaxed)
        return $0.add(Entry(batch: batch, done: done))
      }
      if mustStart { pool.asyncWriteWithoutTransaction { self.run(on: $0) } }
    }
  }

  private func run(on database: Database) {
    let writer = writer(on: database)
    while true {
      linger()
      let group = queue.withLock {
        hasWaiting.store(false, ordering: .relaxed)
        return $0.take(limit: Self.groupLimit)
      }
      if group.isEmpty { return }
      let outcomes =
        trust.lost.map { lost in group.map { _ in .failure(lost) } } ?? commit(group, by: writer, in: database)
      for (entry, outcome) in zip(group, outcomes) { entry.done.resume(returning: outcome) }
      checkpointer.committed(in: database)
    }
  }

  /// Whoever waited for a commit mostly has the next batch at once, and to wake this thread for it would take longer.
  private func linger() {
    let end = ContinuousClock.now + Self.patience
    while !hasWaiting.load(ordering: .relaxed), ContinuousClock.now < end {}
  }

  /// For the closing of the connection, on its queue: statements keep it open.
  func dropStatements() { kept = nil }

  private func writer(on database: Database) -> BatchWriter {
    if let kept { return kept }
    let new = BatchWriter(database)
    kept = new
    return new
  }

  private func commit(_ group: [Entry], by writer: BatchWriter, in database: Database) -> [Outcome] {
    do {
      try writer.run(.begin)
      let outcomes =
        group.count == 1
        ? [try attemptAlone(group[0].batch, by: writer, in: database)]
        : try attemptTogether(group, by: writer, in: database)
          ?? group.map { try attempt($0.batch, by: writer, in: database) }
      // A lone batch that failed has ended it.
      if database.isInsideTransaction {
        try writer.run(.commit)
        commitCount.add(1, ordering: .relaxed)
      }
      return outcomes
    } catch {
      // SQLite may have rolled back by itself, then there is nothing left to take back.
      if database.isInsideTransaction { try? database.rollback() }
      let failure = trust.writeFailed(error)
      return group.map { _ in .failure(failure) }
    }
  }

  /// Applies all without savepoints, which would copy each page that is changed. What is refused before it has written
  /// anything needs none.
  ///
  /// - Returns: nil where one failed that had written: all are taken back, and a transaction is open for another try.
  /// - Throws: what ended the transaction.
  private func attemptTogether(
    _ group: [Entry], by writer: BatchWriter, in database: Database
  ) throws -> [Outcome]? {
    var outcomes: [Outcome] = []
    outcomes.reserveCapacity(group.count)
    for entry in group {
      do { try writer.check(entry.batch) } catch {
        outcomes.append(.failure(try failure(error, in: database)))
        continue
      }
      let written = database.totalChangesCount
      do { outcomes.append(.success(try writer.apply(entry.batch))) } catch {
        let failure = try failure(error, in: database)
        if database.totalChangesCount == written {
          outcomes.append(.failure(failure))
          continue
        }
        try writer.run(.rollback)
        try writer.run(.begin)
        return nil
      }
    }
    return outcomes
  }

  /// Applies one batch of several under a savepoint, so that its failure leaves the others untouched.
  /// - Throws: what ended the whole transaction.
  private func attempt(_ batch: PreparedBatch, by writer: BatchWriter, in database: Database) throws -> Outcome {
    try writer.run(.save)
    do {
      try writer.check(batch)
      let applied = try writer.apply(batch)
      try writer.run(.release)
      return .success(applied)
    } catch {
      let failure = try failure(error, in: database)
      try writer.run(.takeBack)
      try writer.run(.release)
      return .failure(failure)
    }
  }

  /// Applies the only batch of a transaction, which goes as a whole where the batch fails.
  /// - Throws: what ended the transaction.
  private func attemptAlone(_ batch: PreparedBatch, by writer: BatchWriter, in database: Database) throws -> Outcome {
    do {
      try writer.check(batch)
      return .success(try writer.apply(batch))
    } catch {
      let failure = try failure(error, in: database)
      try writer.run(.rollback)
      return .failure(failure)
    }
  }

  /// - Throws: `error` where it ended more than the batch.
  private func failure(_ error: any Error, in database: Database) throws -> StoreError {
    guard database.isInsideTransaction, !DiskTrust.isFailedFlush(error) else { throw error }
    return StoreError(error, path: pool.path, doing: "write")
  }
}
