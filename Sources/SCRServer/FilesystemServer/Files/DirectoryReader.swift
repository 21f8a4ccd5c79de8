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
  let type: FileType
  /// Nil for what vanished meanwhile.
  let info: FileInfo?
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
    var names: [String] = []
    var truncated = false
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { throw .system(errno, path) }
        break
      }
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) { String(cString: $0) }
      }
      if name == "." || name == ".." { continue }
      if names.count == limit {
        truncated = true
        break
      }
      names.append(name)
    }
    isTruncated = truncated
    entries = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { name in
      let info = try? FileInfo(of: name, in: directory, path: path)
      return DirectoryEntry(name: name, type: info?.type ?? .other, info: info)
    }
  }
}
