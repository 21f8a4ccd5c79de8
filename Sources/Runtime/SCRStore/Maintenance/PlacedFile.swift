import SCRRuntime

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Names of files, moved and removed.
enum PlacedFile {
  static func move(_ path: String, to target: String) throws(StoreError) {
    guard rename(path, target) == 0 else {
      throw StoreError(system: errno, path: path, doing: "rename to \(FilePlace.name(of: target)) what is")
    }
  }

  /// A file that is not there is fine.
  static func remove(_ path: String) throws(StoreError) {
    guard unlink(path) == 0 || errno == ENOENT else { throw StoreError(system: errno, path: path, doing: "remove") }
  }

  /// A folder of our own making with the databases in it. Does what it can.
  static func removeFolder(_ path: String) {
    for file in StoreFile.all {
      for side in ["", "-wal", "-shm", "-journal"] { unlink(file.path(in: path) + side) }
    }
    rmdir(path)
  }

  /// Writes a small file so that its content and its name are on the disk.
  static func create(_ path: String, text: String) throws(StoreError) {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw StoreError(system: errno, path: path, doing: "write") }
    defer { close(file) }
    let bytes = Array(text.utf8)
    guard write(file, bytes, bytes.count) == bytes.count, fsync(file) == 0 else {
      throw StoreError(system: errno, path: path, doing: "write")
    }
    try Flush.parent(of: path)
  }
}
