import SCRProtocol
import SCRServer

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file, or stdin, that is read in pieces more than once. What comes on stdin waits in a file that has no name.
final class PieceSource {
  private let descriptor: Int32
  private static let pieceBytes = 256 << 10

  private init(_ descriptor: Int32) { self.descriptor = descriptor }
  deinit { close(descriptor) }

  /// - Parameter file: `-` is stdin. Blocks until all of stdin has come.
  static func open(_ file: String, _ context: CommandContext) throws(CommandFailure) -> PieceSource {
    if file == "-" { return try spooled(context.environment["TMPDIR"] ?? "/tmp") }
    let path = file.hasPrefix("/") ? file : "\(context.workingDirectory)/\(file)"
    let descriptor = openForReading(path)
    guard descriptor >= 0 else {
      if errno == ENOENT { throw .usage("there is no file \(file)") }
      throw .usage("\(file) cannot be read: \(DiskFile.Failure(errno: errno))")
    }
    let source = PieceSource(descriptor)
    var status = stat()
    // A pipe could be read only once.
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .usage("\(file) is no regular file", hint: "give it on stdin, as -")
    }
    return source
  }

  private static func spooled(_ folder: String) throws(CommandFailure) -> PieceSource {
    var template = Array("\(folder)/scr.XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else {
      throw .usage("stdin cannot be kept in \(folder): \(DiskFile.Failure(errno: errno))", hint: "set TMPDIR")
    }
    unlink(template)
    let source = PieceSource(descriptor)
    var input = PieceReader(STDIN_FILENO, size: pieceBytes)
    do throws(DiskFile.Failure) {
      while let piece = try input.next() { try DiskFile.writeAll(descriptor, piece) }
    } catch { throw .failed(.internal, "stdin could not be kept in \(folder): \(error)", hint: "set TMPDIR") }
    return source
  }

  /// From the beginning again.
  func pieces() throws(CommandFailure) -> PieceReader {
    guard lseek(descriptor, 0, SEEK_SET) == 0 else {
      throw .failed(.internal, "the file cannot be read again: \(DiskFile.Failure(errno: errno))")
    }
    return PieceReader(descriptor, size: Self.pieceBytes)
  }
}

/// Reads a descriptor to its end. Blocks.
struct PieceReader {
  private let descriptor: Int32
  private var chunk: [UInt8]

  init(_ descriptor: Int32, size: Int) {
    self.descriptor = descriptor
    chunk = [UInt8](repeating: 0, count: size)
  }

  /// - Returns: nil at the end.
  mutating func next() throws(DiskFile.Failure) -> [UInt8]? {
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count > 0 { return Array(chunk[..<count]) }
      if count == 0 { return nil }
      if errno != EINTR { throw DiskFile.Failure(errno: errno) }
    }
  }
}

/// A FIFO of that name must not make us wait for a writer.
private func openForReading(_ path: String) -> Int32 { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
