import SCRRuntime

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Waits until files, or the names in a directory, are on the disk.
enum Flush {
  static func file(_ path: String) throws(StoreError) { try flush(path, O_RDONLY) }

  /// Names that were made, moved or removed in a directory outlive a loss of power only after this.
  static func directory(_ path: String) throws(StoreError) { try flush(path, O_RDONLY | O_DIRECTORY) }

  /// The directory that `path` is in.
  static func parent(of path: String) throws(StoreError) { try directory(FilePlace.parent(of: path)) }

  private static func flush(_ path: String, _ flags: Int32) throws(StoreError) {
    let file = open(path, flags | O_CLOEXEC)
    guard file >= 0 else { throw StoreError(system: errno, path: path, doing: "flush") }
    defer { close(file) }
    while fsync(file) != 0 {
      if errno == EINTR { continue }
      // Some file systems know no flush of a directory.
      if errno == EINVAL && flags & O_DIRECTORY != 0 { return }
      throw StoreError(system: errno, path: path, doing: "flush")
    }
  }
}

enum FilePlace {
  static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  static func name(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }

  /// Nil where there is no such file, 0 or more bytes else.
  static func size(_ path: String) -> Int64? {
    var status = stat()
    return stat(path, &status) == 0 ? Int64(status.st_size) : nil
  }
}
