package import SCRRuntime

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The state directory while this process owns it: nobody else opens its stores until ``release()`` or the end of
/// the process, however it ends.
package final class StateDirectory: Sendable {
  package let path: String
  private let lock: DirectoryLock

  package var tasksPath: String { Self.tasksPath(in: path) }
  package var memoryPath: String { Self.memoryPath(in: path) }
  /// The record of child processes, which is no database and not this room's business.
  package var childrenPath: String { "\(path)/children" }

  static func tasksPath(in path: String) -> String { "\(path)/scr.sqlite" }
  static func memoryPath(in path: String) -> String { "\(path)/memory.sqlite" }

  /// - Throws: `StoreError` where this user may not even look.
  static func holdsTasks(_ path: String) throws(StoreError) -> Bool {
    let file = tasksPath(in: path)
    if access(file, F_OK) == 0 { return true }
    if errno == ENOENT || errno == ENOTDIR { return false }
    throw StoreError(system: errno, path: file, doing: "look for tasks")
  }

  private init(path: String, lock: DirectoryLock) {
    self.path = path
    self.lock = lock
  }

  /// Creates the directory and what leads to it where missing (mode 0700), and takes its lock.
  /// - Throws: `StoreError` `.locked` naming the owner's pid, `.readOnly`, or `.failed` where `path` is no directory.
  package static func open(_ path: String) throws(StoreError) -> StateDirectory {
    let directory = try openForRestore(path)
    try RestoreMark.refuse(in: path)
    // SQLite gives its side files the mode of the database; in a directory that others may read, ours stay private.
    for file in [directory.tasksPath, directory.memoryPath] { try PrivateFile.create(file) }
    return directory
  }

  /// As ``open(_:)``, for a folder in which there is memory alone.
  package static func openMemory(_ path: String) throws(StoreError) -> StateDirectory {
    let directory = try openForRestore(path)
    try PrivateFile.create(directory.memoryPath)
    return directory
  }

  /// As ``open(_:)``, but makes no files, and does not mind that a restore was interrupted.
  static func openForRestore(_ path: String) throws(StoreError) -> StateDirectory {
    try create(path)
    return StateDirectory(path: path, lock: try DirectoryLock.take(in: path))
  }

  /// Gives up the lock. Close the stores first.
  package func release() { lock.release() }

  private static func create(_ path: String) throws(StoreError) {
    if mkdir(path, 0o700) == 0 { return try Flush.parent(of: path) }
    let failure = errno
    switch failure {
    case ENOENT:
      guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { break }
      try create(String(path[..<slash]))
      if mkdir(path, 0o700) == 0 { return try Flush.parent(of: path) }
      if errno == EEXIST { return }
      throw StoreError(system: errno, path: path, doing: "create the state directory")
    case EEXIST:
      var status = stat()
      if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
      throw StoreError(.failed, "\(path) is no directory: name another place with --state DIR")
    default: break
    }
    throw StoreError(system: failure, path: path, doing: "create the state directory")
  }
}
