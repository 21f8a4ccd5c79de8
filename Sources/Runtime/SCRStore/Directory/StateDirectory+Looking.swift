#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

// What can be seen of a state directory without owning it.
extension StateDirectory {
  /// Bytes that this user may still write there; nil where that cannot be told. Asks the kernel, which answers at once for
  /// a local disk.
  package static func freeBytes(at path: String) -> Int64? {
    var disk = statvfs()
    guard statvfs(path, &disk) == 0 else { return nil }
    return Int64(clamping: UInt64(disk.f_bavail) * UInt64(disk.f_frsize))
  }

  /// The process that says it owns the directory, if there is one of that number.
  ///
  /// The lock itself is not asked: to try it would keep an owner out that starts in the same moment.
  package static func owner(of path: String) -> Int32? {
    let file = openToRead("\(path)/lock")
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 32)
    let count = pread(file, &bytes, bytes.count, 0)
    let digits = bytes.prefix(max(count, 0)).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard let pid = Int32(String(decoding: digits, as: UTF8.self)), pid > 0 else { return nil }
    return kill(pid, 0) == 0 || errno == EPERM ? pid : nil
  }
}

private func openToRead(_ path: String) -> Int32 { open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) }
