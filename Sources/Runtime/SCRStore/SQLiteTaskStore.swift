import GRDB
package import SCRRuntime
import Synchronization

/// Tasks, steps and events in `scr.sqlite`. A commit is flushed to the disk before it returns.
package final class SQLiteTaskStore: TaskStore {
  static let busyTimeoutMilliseconds = 5000

  let database: StoreDatabase
  /// Nil where the store was opened to look only.
  let writer: Writer?
  /// Keeps the lock for as long as the store exists.
  private let directory: StateDirectory?

  struct Writer: Sendable {
    let committer: GroupCommitter
    let checkpointer: Checkpointer
    let trust: DiskTrust
    let start: Start?
  }

  /// What a runtime asks for first; read with the opening, it needs no connection of its own.
  struct Start: Sendable {
    let queue: [QueueTotal]
    let lastSequence: Int64
  }

  private init(_ database: StoreDatabase, writer: Writer?, directory: StateDirectory?) {
    self.database = database
    self.writer = writer
    self.directory = directory
  }

  package var durability: StoreDurability { .durable(path: database.path) }

  package var writeLoss: OneShot<StoreError> { writer?.trust.loss ?? OneShot() }

  /// How many transactions were committed since the store was opened; several batches share one.
  package var commitCount: Int { writer?.committer.commits ?? 0 }

  /// Opens or creates the database, finishing what a crash left in its log and bringing it to the newest format.
  /// - Parameter notice: is told what the disk does to the store while nobody waits for an answer.
  /// - Throws: `StoreError` `.newerFormat`, `.corrupt`, `.readOnly`, `.diskFull`, `.locked`, `.failed`.
  package static func open(
    in directory: StateDirectory, notice: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws(StoreError) -> SQLiteTaskStore {
    try await open(in: directory, checkpoints: CheckpointPolicy(), notice: notice)
  }

  static func open(
    in directory: StateDirectory, checkpoints: CheckpointPolicy,
    notice: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws(StoreError) -> SQLiteTaskStore {
    let path = directory.tasksPath
    let trust = DiskTrust(path: path, notice: notice)
    let checkpointer = Checkpointer(path: path, policy: checkpoints, trust: trust)
    let start = Mutex<Start?>(nil)
    let pool = try await StoreDatabase.opening(path) {
      let isLeftOver = try LogFile.isLeftOver(beside: path)
      LogFile.begin(beside: path)
      let pool = try DatabasePool(path: path, configuration: configuration())
      try pool.writeWithoutTransaction { database in
        try WritableFile.require(database, path: path)
        // Only now: GRDB sets NORMAL while it opens, after every hook of its configuration.
        try database.execute(sql: "PRAGMA synchronous = FULL")
        try checkpointer.adopt(database)
        if isLeftOver { try checkpointer.settle(database) }
        try Migrations.tasks.apply(to: database, path: path)
        let found = try self.start(in: database)
        start.withLock { $0 = found }
      }
      return pool
    }
    let writer = Writer(
      committer: GroupCommitter(pool: pool, checkpointer: checkpointer, trust: trust), checkpointer: checkpointer,
      trust: trust, start: start.withLock { $0 })
    return SQLiteTaskStore(StoreDatabase(pool), writer: writer, directory: directory)
  }

  /// Opens without the lock, for commands that only look while another process may own the directory.
  /// ``commit(_:)`` throws `.readOnly`.
  /// - Throws: `StoreError.missing` where nothing was ever stored, and what ``open(in:)`` throws.
  package static func openReadOnly(_ directory: String) async throws(StoreError) -> SQLiteTaskStore {
    let path = StateDirectory.tasksPath(in: directory)
    try RestoreMark.refuse(in: directory)
    guard try StateDirectory.holdsTasks(directory) else { throw missing(directory) }
    let pool = try await StoreDatabase.opening(path) {
      let pool = try DatabasePool(path: path, configuration: configuration(isReadOnly: true))
      let version = try pool.read { try Migrations.tasks.check($0, path: path) }
      if version == 0 { throw missing(directory) }
      guard version == Migrations.tasks.newest else {
        throw StoreError(
          .failed, "\(path) has the older format \(version): start `scr serve` once, which brings it up to date")
      }
      return pool
    }
    return SQLiteTaskStore(StoreDatabase(pool), writer: nil, directory: nil)
  }

  package func commit(_ batch: StoreBatch) async throws(StoreError) -> [RuntimeEvent] {
    try await apply(PreparedBatch(batch)).events
  }

  package func commit(
    _ batch: StoreBatch, reading id: TaskID
  ) async throws(StoreError) -> (events: [RuntimeEvent], task: AgentTask?) {
    let applied = try await apply(PreparedBatch(batch, reading: id))
    return (applied.events, applied.task)
  }

  private func apply(_ batch: PreparedBatch) async throws(StoreError) -> AppliedBatch {
    guard let writer else {
      throw StoreError(
        .readOnly, "\(database.path) was opened to look only: send changes to the process that owns the directory")
    }
    return try await database.whileOpen { () throws(StoreError) in
      try await writer.committer.commit(batch).get()
    }
  }

  package func close() async {
    let pool = database.connection
    await database.close { [writer] in
      guard let writer else { return }
      writer.checkpointer.close()
      // A log that cannot be cut now is read at the next start: nothing of it is lost.
      try? pool.writeWithoutTransaction { database in
        writer.committer.dropStatements()
        if writer.trust.lost == nil { writer.checkpointer.truncate(database) }
        if writer.trust.lost != nil { try LogFile.keepAtClose(database) }
      }
    }
  }

  /// Runs `body` on a connection that sees one state of the database.
  func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws(StoreError) -> Value {
    try await database.read(body)
  }

  private static func configuration(isReadOnly: Bool = false) -> Configuration {
    var configuration = Configuration()
    configuration.label = "scr.store"
    configuration.readonly = isReadOnly
    configuration.maximumReaderCount = 4
    configuration.busyMode = .timeout(Double(busyTimeoutMilliseconds) / 1000)
    return configuration
  }

  private static func missing(_ directory: String) -> StoreError {
    StoreError(
      .missing, "nothing was stored in \(directory) yet: submit a task first, or name the place with --state DIR")
  }
}
