import SCRProtocol

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The file of `--out`: opened before the work begins, so that a bad path costs no work, and written at its end.
struct OutFile: Sendable {
  private let descriptor: Int32
  private let path: String

  /// - Throws: ``CommandFailure`` with exit code 2.
  static func open(_ path: String, in directory: String) throws(CommandFailure) -> OutFile {
    let absolute = path.hasPrefix("/") ? path : "\(directory)/\(path)"
    #if canImport(Glibc)
      let descriptor = Glibc.open(absolute, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    #else
      let descriptor = Darwin.open(absolute, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    #endif
    guard descriptor >= 0 else {
      throw CommandFailure.usage("--out \(path) cannot be written: \(String(cString: strerror(errno)))")
    }
    return OutFile(descriptor: descriptor, path: path)
  }

  /// Replaces what the file held. Once.
  /// - Throws: ``CommandFailure`` with exit code 1.
  func write(_ text: String) throws(CommandFailure) {
    defer { close(descriptor) }
    _ = ftruncate(descriptor, 0)
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      #if canImport(Glibc)
        let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      #else
        let count = rest.withUnsafeBytes { Darwin.write(descriptor, $0.baseAddress, $0.count) }
      #endif
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw CommandFailure.failed(.internal, "\(path) could not be written: \(String(cString: strerror(errno)))")
      }
      rest = rest.dropFirst(count)
    }
  }
}
