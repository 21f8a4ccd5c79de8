import SCRProtocol

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The small files of a folder and of those within it, read whole. Links are never followed, so that nothing outside of
/// the folder is read; what begins with a dot is passed over.
package struct TextFolder: Sendable, Hashable {
  package struct Limits: Sendable, Hashable {
    /// Folders within each other, the outermost included.
    package var depth: Int
    /// Entries that are looked at.
    package var entries: Int
    /// Bytes of one file; a larger one is skipped.
    package var fileBytes: Int
    package var totalBytes: Int

    package init(depth: Int = 6, entries: Int = 8192, fileBytes: Int = 64 << 10, totalBytes: Int = 8 << 20) {
      self.depth = depth
      self.entries = entries
      self.fileBytes = fileBytes
      self.totalBytes = totalBytes
    }
  }

  /// By their paths below the folder, `reports/SKILL.md`.
  package private(set) var files: [String: [UInt8]] = [:]
  /// What is there and was not read, with the reason.
  package private(set) var skipped: [String: String] = [:]
  private var entries = 0
  private var bytes = 0
  private let limits: Limits

  private init(limits: Limits) { self.limits = limits }

  /// Blocks.
  /// - Returns: nil where there is no such folder.
  /// - Throws: `DiskFile.Failure` for what is no folder, cannot be read, or holds more than the limits.
  package static func read(_ path: String, limits: Limits = Limits()) throws(DiskFile.Failure) -> TextFolder? {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw DiskFile.Failure(errno: errno)
    }
    var folder = TextFolder(limits: limits)
    try folder.walk(descriptor, below: "", depth: 1)
    return folder
  }

  /// Of everything that was read, and of the names of what was not.
  package var digest: String {
    var fields = JSONObject(files.map { JSONField(key: $0.key, value: .string(SHA256.hex($0.value))) })
    for (path, reason) in skipped { fields[path] = ["skipped": .string(reason)] }
    return SHA256.hex(JSONValue.object(fields).canonical.encoded)
  }

  /// - Parameter descriptor: is closed.
  private mutating func walk(_ descriptor: Int32, below parent: String, depth: Int) throws(DiskFile.Failure) {
    guard let stream = fdopendir(descriptor) else {
      let code = errno
      close(descriptor)
      throw DiskFile.Failure(errno: code)
    }
    defer { closedir(stream) }
    for name in names(stream) {
      entries += 1
      guard entries <= limits.entries else { throw DiskFile.Failure("more than \(limits.entries) files") }
      try take(name, in: dirfd(stream), at: parent.isEmpty ? name : "\(parent)/\(name)", depth: depth)
    }
  }

  private func names(_ stream: OpaquePointer) -> [String] {
    var names: [String] = []
    while names.count <= limits.entries, let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  private mutating func take(_ name: String, in folder: Int32, at path: String, depth: Int) throws(DiskFile.Failure) {
    // Devices may do something when they are opened.
    var entry = stat()
    guard fstatat(folder, name, &entry, AT_SYMLINK_NOFOLLOW) == 0 else {
      skipped[path] = String(cString: strerror(errno))
      return
    }
    guard [S_IFDIR, S_IFREG, S_IFLNK].contains(entry.st_mode & S_IFMT) else {
      skipped[path] = "no regular file"
      return
    }
    // It may have become a FIFO since, which must not make us wait for a writer.
    let descriptor = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      skipped[path] = errno == ELOOP ? "a link, which is not followed" : String(cString: strerror(errno))
      return
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      close(descriptor)
      skipped[path] = String(cString: strerror(errno))
      return
    }
    if status.st_mode & S_IFMT == S_IFDIR {
      if depth < limits.depth { return try walk(descriptor, below: path, depth: depth + 1) }
      skipped[path] = "nested deeper than \(limits.depth) folders"
    } else if status.st_mode & S_IFMT == S_IFREG {
      do throws(DiskFile.Failure) {
        let read = try DiskFile.readAll(descriptor, limit: limits.fileBytes)
        bytes += read.count
        files[path] = read
      } catch { skipped[path] = error.description }
    } else {
      skipped[path] = "no regular file"
    }
    close(descriptor)
    if bytes > limits.totalBytes { throw DiskFile.Failure("more than \(limits.totalBytes) bytes of files") }
  }
}
