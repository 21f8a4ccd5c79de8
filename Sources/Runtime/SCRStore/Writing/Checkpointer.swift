import Dispatch
import GRDB
import SCRRuntime
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Keeps the write-ahead log short, on a connection of its own that is opened when first needed.
final class Checkpointer: Sendable {
  private let path: String
  private let trust: DiskTrust
  private let policy: Mutex<CheckpointPolicy>
  private let queue = DispatchQueue(label: "scr.store.checkpoint")
  private let connection = Mutex<DatabaseQueue?>(nil)

  init(path: String, policy: CheckpointPolicy, trust: DiskTrust) {
    self.path = path
    self.trust = trust
    self.policy = Mutex(policy)
  }

  /// Makes `database`, the writer's connection, leave the checkpoints to this object.
  func adopt(_ database: Database) throws {
    try database.execute(sql: "PRAGMA wal_autocheckpoint = 0")
    // A log that starts anew is cut to this size, so that its file's size tells how much of it is in use.
    try database.execute(sql: "PRAGMA journal_size_limit = \(policy.withLock(\.softLimit))")
  }

  /// Makes sure of a log that a crash left. What a failed flush kept in the system's cache looks like a commit, and would
  /// be built upon; copied back and flushed as a whole, it is one.
  func settle(_ database: Database) throws {
    do { try briefly(database) { _ = try database.checkpoint(.truncate) } } catch let error as DatabaseError
      where error.resultCode == .SQLITE_BUSY
    {
      // A reader keeps the log in use, perhaps for as long as a backup takes.
      try LogFile.rewrite(beside: path)
    }
  }

  /// Called on the writer's queue after each commit.
  func committed(in database: Database) {
    guard trust.lost == nil else { return }
    let size = Self.size(of: "\(path)-wal")
    switch policy.withLock({ $0.committed(logSize: size) }) {
    case .none: break
    case .byWriter: truncateBriefly(database)
    case .inBackground: queue.async { self.runInBackground() }
    }
  }

  /// Waits for a checkpoint that runs and closes the connection.
  func close() {
    queue.sync {
      let open = connection.withLock { $0.take() }
      try? open?.close()
    }
  }

  private func runInBackground() {
    defer { policy.withLock { $0.backgroundEnded() } }
    // Having lost trust, it would only tell SQLite that what was lost is safe.
    guard trust.lost == nil else { return }
    run {
      let open = try connection.withLock { try $0 ?? Self.open(path, into: &$0) }
      _ = try open.writeWithoutTransaction { try $0.checkpoint(.passive) }
    }
  }

  /// Brings all of the log into the database and empties it, as far as readers let it.
  func truncate(_ database: Database) { run { _ = try database.checkpoint(.truncate) } }

  private func run(_ checkpoint: () throws -> Void) {
    do {
      try checkpoint()
      trust.checkpointEnded()
    } catch { trust.checkpointFailed(error) }
  }

  private static func open(_ path: String, into place: inout DatabaseQueue?) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.label = "scr.store.checkpoint"
    configuration.busyMode = .timeout(5)
    let open = try DatabaseQueue(path: path, configuration: configuration)
    place = open
    return open
  }

  private func truncateBriefly(_ database: Database) { try? briefly(database) { truncate(database) } }

  /// Readers that stay longer than this keep the log as it is until the next attempt.
  private func briefly(_ database: Database, _ body: () throws -> Void) throws {
    try database.execute(sql: "PRAGMA busy_timeout = 100")
    defer { try? database.execute(sql: "PRAGMA busy_timeout = \(SQLiteTaskStore.busyTimeoutMilliseconds)") }
    try body()
  }

  private static func size(of path: String) -> Int64 {
    var status = stat()
    return stat(path, &status) == 0 ? Int64(status.st_size) : 0
  }
}
