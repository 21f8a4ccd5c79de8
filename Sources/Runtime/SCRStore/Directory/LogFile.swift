#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The write-ahead log beside a database.
enum LogFile {
  /// Makes the log of a database that was closed in order, in which nothing is.
  ///
  /// GRDB wants a log that is not empty, and where there is none it makes one by a write that waits for the disk, at every
  /// start. One byte does as well: SQLite takes a log that is shorter than its header for an empty one, and writes the
  /// header with the first commit. What fails here is left to GRDB. Call it while no other process may write.
  static func begin(beside database: String) {
    var status = stat()
    guard stat(database, &status) == 0, status.st_size > 0 else { return }
    let file = open("\(database)-wal", O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { return }
    defer { close(file) }
    // A log that is not empty may hold commits.
    guard fstat(file, &status) == 0, status.st_size == 0 else { return }
    var byte: UInt8 = 0
    _ = write(file, &byte, 1)
  }
}
