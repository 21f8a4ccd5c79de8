import CRootedPath

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// One entry of a directory.
struct DirectoryEntry: Sendable, Hashable {
  /// Bytes that are no UTF-8 are shown as U+FFFD.
  let name: String
  /// What the system calls it, with a NUL at its end.
  let systemName: [CChar]
  /// False for a name that is no UTF-8: no path of ours can name it.
  let isAddressable: Bool
  let type: FileType
  /// Nil for what vanished meanwhile.
  let info: FileInfo?

  init(_ systemName: [CChar], in directory: Descriptor, path: String) {
    let bytes = systemName.dropLast().map { UInt8(bitPattern: $0) }
    self.systemName = systemName
    name = String(decoding: bytes, as: UTF8.self)
    isAddressable = name.utf8.elementsEqual(bytes)
    info = try? FileInfo(of: systemName, in: directory, path: path)
    type = info?.type ?? .other
  }
}

/// Lists a directory that is held by its handle.
struct DirectoryReader {
  /// Sorted by the bytes of their names.
  let entries: [DirectoryEntry]
  /// Whether there are more entries than were asked for.
  let isTruncated: Bool

  /// - Throws: ``FilesystemServerError`` about `path`.
  init(_ directory: Descriptor, path: String, limit: Int) throws(FilesystemServerError) {
    // A listing moves the position of what it reads, and closes it: it gets a description of its own.
    let raw = crooted_open_component(directory.raw, ".", CROOTED_DIRECTORY)
    guard raw >= 0 else { throw .system(errno, path) }
    guard let stream = fdopendir(raw) else {
      let number = errno
      close(raw)
      throw .system(number, path)
    }
    defer { closedir(stream) }
    var names: [[CChar]] = []
    var truncated = false
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { throw .system(errno, path) }
        break
      }
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) {
          Array(UnsafeBufferPointer(start: $0, count: strlen($0) + 1))
        }
      }
      if name == [0x2E, 0] || name == [0x2E, 0x2E, 0] { continue }
      if names.count == limit {
        truncated = true
        break
      }
      names.append(name)
    }
    isTruncated = truncated
    entries = names.sorted { left, right in
      left.lexicographicallyPrecedes(right) { UInt8(bitPattern: $0) < UInt8(bitPattern: $1) }
    }.map { DirectoryEntry($0, in: directory, path: path) }
  }
}
