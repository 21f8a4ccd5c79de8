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
  private let policy: Mutex<CheckpointPolicy>
  private let queue = DispatchQueue(label: "scr.store.checkpoint")
  private let connection = Mutex<DatabaseQueue?>(nil)

  init(path: String, policy: CheckpointPolicy) {
    self.path = path
    self.policy = Mutex(policy)
  }

  /// Makes `database`, the writer's connection, leave the checkpoints to this object.
  func adopt(_ database: Database) throws {
    try database.execute(sql: "PRAGMA wal_autocheckpoint = 0")
    // A log that starts anew is cut to this size, so that its file's size tells how much of it is in use.
    try database.execute(sql: "PRAGMA journal_size_limit = \(policy.withLock(\.softLimit))")
  }

  /// Called on the writer's queue after each commit.
  func committed(in database: Database) {
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

  /// A checkpoint that fails costs only space; the next one that is due makes up for it.
  private func runInBackground() {
    defer { policy.withLock { $0.backgroundEnded() } }
    guard let open = try? connection.withLock({ try $0 ?? Self.open(path, into: &$0) }) else { return }
    _ = try? open.writeWithoutTransaction { try $0.checkpoint(.passive) }
  }

  private static func open(_ path: String, into place: inout DatabaseQueue?) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.label = "scr.store.checkpoint"
    configuration.busyMode = .timeout(5)
    let open = try DatabaseQueue(path: path, configuration: configuration)
    place = open
    return open
  }

  /// Readers that stay longer than this keep the log as it is until the next attempt.
  private func truncateBriefly(_ database: Database) {
    try? database.execute(sql: "PRAGMA busy_timeout = 100")
    _ = try? database.checkpoint(.truncate)
    try? database.execute(sql: "PRAGMA busy_timeout = \(SQLiteTaskStore.busyTimeoutMilliseconds)")
  }

  private static func size(of path: String) -> Int64 {
    var status = stat()
    return stat(path, &status) == 0 ? Int64(status.st_size) : 0
  }
}
