#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Small files, read and replaced whole. Every function blocks.
package enum DiskFile {
  /// Why the system refused, by its own words.
  package struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    /// The number of the system's error, where it was one.
    package let code: Int32?

    init(_ description: String) { (self.description, code) = (description, nil) }
    package init(errno code: Int32) { (description, self.code) = (String(cString: strerror(code)), code) }
  }

  /// - Returns: nil where there is no such file.
  /// - Throws: ``Failure`` for what cannot be read, is no regular file, or exceeds `limit` bytes.
  package static func read(_ path: String, limit: Int = SourceDocument.sizeLimit) throws(Failure) -> [UInt8]? {
    // A FIFO of that name must not make us wait for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw Failure(errno: errno)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Failure(errno: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw Failure("not a regular file") }
    guard status.st_size <= limit else { throw Failure("larger than \(limit) bytes") }
    return try readAll(descriptor, limit: limit)
  }

  /// From where the descriptor stands.
  static func readAll(_ descriptor: Int32, limit: Int) throws(Failure) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16 << 10)
    while true {
      #if canImport(Glibc)
        let count = Glibc.read(descriptor, &chunk, chunk.count)
      #else
        let count = Darwin.read(descriptor, &chunk, chunk.count)
      #endif
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        throw Failure(errno: errno)
      }
      bytes += chunk[..<count]
      if bytes.count > limit { throw Failure("larger than \(limit) bytes") }
    }
  }

  /// Makes a folder and those above it, for its owner alone.
  package static func makeFolder(_ path: String) throws(Failure) {
    if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, path != "/" else { throw Failure(errno: errno) }
    try makeFolder(FilePath.parent(path))
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw Failure(errno: errno) }
  }

  /// Writes a file so that a crash leaves the old content or the new. Mode 0600.
  package static func replace(_ path: String, with bytes: [UInt8]) throws(Failure) {
    let temporary = "\(path).\(getpid()).new"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw Failure(errno: errno) }
    do throws(Failure) {
      defer { close(descriptor) }
      try writeAll(descriptor, bytes)
      guard fsync(descriptor) == 0 else { throw Failure(errno: errno) }
    } catch {
      unlink(temporary)
      throw error
    }
    guard rename(temporary, path) == 0 else {
      let code = errno
      unlink(temporary)
      throw Failure(errno: code)
    }
  }

  /// Writes everything; waits where a descriptor is full and must not block.
  package static func writeAll(_ descriptor: Int32, _ bytes: [UInt8]) throws(Failure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        switch errno {
        case EINTR: continue
        case EAGAIN:
          var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          _ = poll(&wait, 1, -1)
          continue
        default: throw Failure(errno: errno)
        }
      }
      rest = rest.dropFirst(count)
    }
  }
}
