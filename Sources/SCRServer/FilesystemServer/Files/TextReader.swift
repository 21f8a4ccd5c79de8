import CRootedPath

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads a regular file as UTF-8, whole or some lines from either end, never more than `limit` bytes.
struct TextReader {
  private let descriptor: Descriptor
  private let path: String
  private let size: Int
  private let limit: Int

  private static let chunk = 64 << 10

  /// - Throws: ``FilesystemServerError`` where `path` is outside, missing, or no regular file.
  init(_ path: String, in root: RootedDirectory, limit: Int) throws(FilesystemServerError) {
    descriptor = try root.open(path, CROOTED_READ)
    self.path = path
    self.limit = limit
    // By the handle that will be read: what the name means by now does not matter.
    let info = try FileInfo(in: descriptor, path: path)
    switch info.type {
    case .file: size = Int(info.size)
    case .directory: throw .system(EISDIR, path)
    case .symlink, .other: throw .system(ENXIO, path)
    }
  }

  func whole() throws(FilesystemServerError) -> String {
    if size > limit { throw tooLarge("has \(size) bytes") }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size)
    while try read(at: bytes.count, into: &bytes) {
      if bytes.count > limit { throw tooLarge("has grown") }
    }
    return try text(bytes)
  }

  /// The first lines, each with its newline.
  func head(_ lines: Int) throws(FilesystemServerError) -> String {
    var bytes: [UInt8] = []
    var left = lines
    var searched = 0
    while try read(at: bytes.count, into: &bytes) {
      while searched < bytes.count {
        searched += 1
        guard bytes[searched - 1] == UInt8(ascii: "\n") else { continue }
        left -= 1
        if left == 0 { return try text(Array(bytes[..<searched])) }
      }
      if bytes.count > limit { throw tooManyLines(lines) }
    }
    return try text(bytes)
  }

  /// The last lines, each with its newline; the last one may have none.
  func tail(_ lines: Int) throws(FilesystemServerError) -> String {
    var chunks: [[UInt8]] = []
    var start = size
    var newlines = 0
    var held = 0
    while start > 0 {
      let from = max(0, start - Self.chunk)
      var chunk: [UInt8] = []
      while chunk.count < start - from, try read(at: from + chunk.count, into: &chunk) {}
      chunk.removeLast(max(0, chunk.count - (start - from)))
      for place in chunk.indices.reversed() where chunk[place] == UInt8(ascii: "\n") {
        // The newline that ends the file ends its last line; it begins none.
        if from + place == size - 1 { continue }
        newlines += 1
        if newlines == lines {
          chunks.append(Array(chunk[(place + 1)...]))
          return try text(Array(chunks.reversed().joined()))
        }
      }
      held += chunk.count
      if held > limit { throw tooManyLines(lines) }
      chunks.append(chunk)
      start = from
    }
    return try text(Array(chunks.reversed().joined()))
  }

  /// - Returns: false at the end of the file.
  private func read(at offset: Int, into bytes: inout [UInt8]) throws(FilesystemServerError) -> Bool {
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: Self.chunk))
    var count = 0
    repeat {
      count = bytes.withUnsafeMutableBytes { pread(descriptor.raw, $0.baseAddress! + start, Self.chunk, off_t(offset)) }
    } while count < 0 && errno == EINTR
    let number = errno
    bytes.removeLast(Self.chunk - max(0, count))
    if count < 0 { throw .system(number, path) }
    return count > 0
  }

  private func text(_ bytes: [UInt8]) throws(FilesystemServerError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw FilesystemServerError(
        .notText, "\(FilesystemServerError.quoted(path)) is not text in UTF-8: it is binary or in another encoding")
    }
    return text
  }

  private func tooLarge(_ what: String) -> FilesystemServerError {
    FilesystemServerError(
      .tooLarge,
      "\(FilesystemServerError.quoted(path)) \(what), more than the \(limit) that are read at once; "
        + "use head or tail to read some of its lines")
  }

  private func tooManyLines(_ lines: Int) -> FilesystemServerError {
    FilesystemServerError(
      .tooLarge,
      "\(lines) lines of \(FilesystemServerError.quoted(path)) are more than the \(limit) bytes that are read at once; "
        + "ask for fewer")
  }
}
