import GRDB
import GRDBSQLite
import SCRRuntime

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The write-ahead log beside a database.
enum LogFile {
  static func path(beside database: String) -> String { "\(database)-wal" }

  /// Makes the log of a database that was closed in order, in which nothing is.
  ///
  /// GRDB wants a log that is not empty, and where there is none it makes one by a write that waits for the disk, at every
  /// start. One byte does as well: SQLite takes a log that is shorter than its header for an empty one, and writes the
  /// header with the first commit. What fails here is left to GRDB. Call it while no other process may write.
  static func begin(beside database: String) {
    var status = stat()
    guard stat(database, &status) == 0, status.st_size > 0 else { return }
    let file = open(path(beside: database), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { return }
    defer { close(file) }
    // A log that is not empty may hold commits.
    guard fstat(file, &status) == 0, status.st_size == 0 else { return }
    var byte: UInt8 = 0
    _ = write(file, &byte, 1)
  }

  /// Whether there is a log that a crash left behind, once nothing in it stands in the way of going on.
  /// Call it while no other process may write.
  /// - Throws: `StoreError.corrupt` where SQLite would leave out commits without a word.
  static func isLeftOver(beside database: String) throws(StoreError) -> Bool {
    let path = path(beside: database)
    guard let scan = try LogScan.read(path) else { return false }
    if scan.isDamaged { throw damaged(path, scan) }
    return scan.commits > 0
  }

  /// Writes the log's bytes to their places once more and flushes them, which asks the disk anew for what a failed flush
  /// may have dropped. Who reads meanwhile finds the same bytes.
  static func rewrite(beside database: String) throws(StoreError) {
    let path = path(beside: database)
    let file = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC)
    guard file >= 0 else { throw StoreError(system: errno, path: path, doing: "write the log once more") }
    defer { close(file) }
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    var place: off_t = 0
    while true {
      let count = pread(file, &chunk, chunk.count, place)
      if count == 0 && fsync(file) == 0 { return }
      guard count > 0, pwrite(file, chunk, count, place) == count else {
        throw StoreError(system: errno, path: path, doing: "write the log once more")
      }
      place += off_t(count)
    }
  }

  static func damaged(_ path: String, _ scan: LogScan) -> StoreError {
    let commits = scan.lostCommits == 1 ? "a commit" : "\(scan.lostCommits) commits"
    return StoreError(
      .corrupt,
      "\(path) is damaged at byte \(scan.end), and \(commits) beyond cannot be read: restore a backup (scr store restore), "
        + "or go on without them by cutting the log there (truncate -s \(scan.end) \(path))")
  }

  /// Keeps the log when `database`, the last connection, closes: SQLite would trust a flush and remove it.
  static func keepAtClose(_ database: Database) throws {
    // The log would be cut to this size.
    try database.execute(sql: "PRAGMA journal_size_limit = -1")
    var keeps: Int32 = 1
    sqlite3_file_control(database.sqliteConnection, "main", SQLITE_FCNTL_PERSIST_WAL, &keeps)
  }
}
