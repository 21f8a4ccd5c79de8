import GRDB
package import SCRRuntime

/// Gives space that is no longer used back to the disk.
package struct StoreVacuum: Sendable, Hashable {
  package struct File: Sendable, Hashable {
    package var name: String
    /// With the log, before and after.
    package var bytesBefore: Int64
    package var bytesAfter: Int64
  }

  package var files: [File]

  /// Writes each database anew, which needs about its size of free space meanwhile; a crash leaves it as it was.
  /// - Throws: `StoreError` `.locked` while somebody owns the directory, `.missing`, `.diskFull`, `.corrupt`, `.newerFormat`.
  package static func run(_ directory: String) async throws(StoreError) -> StoreVacuum {
    try await BlockingWork.run(path: directory, doing: "vacuum") {
      let files = StoreFile.all.filter { FilePlace.size($0.path(in: directory)) ?? 0 > 0 }
      if files.isEmpty { throw StoreError.nothingStored(directory) }
      let owned = try StateDirectory.open(directory)
      defer { owned.release() }
      return StoreVacuum(files: try files.map { try vacuum($0, in: directory) })
    }
  }

  private static func vacuum(_ file: StoreFile, in directory: String) throws -> File {
    let path = file.path(in: directory)
    let before = bytes(path)
    do {
      if file.flushesCommits { _ = try LogFile.isLeftOver(beside: path) }
      LogFile.begin(beside: path)
      var configuration = Configuration()
      configuration.label = "scr.vacuum"
      configuration.busyMode = .timeout(5)
      configuration.journalMode = .wal
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      try queue.writeWithoutTransaction { database in
        try database.execute(sql: "PRAGMA synchronous = FULL")
        _ = try file.migrations.check(database, path: path)
        _ = try database.checkpoint(.truncate)
        try database.execute(sql: "VACUUM")
        _ = try database.checkpoint(.truncate)
      }
      try queue.close()
    } catch { throw StoreError(error, path: path, doing: "vacuum") }
    return File(name: file.name, bytesBefore: before, bytesAfter: bytes(path))
  }

  private static func bytes(_ path: String) -> Int64 {
    (FilePlace.size(path) ?? 0) + (FilePlace.size(LogFile.path(beside: path)) ?? 0)
  }
}
