import SCRProtocol
import SCRServer

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
  /// - Parameter option: whose value it is, for the error.
  static func open(
    _ path: String, in directory: String, option: String = "--out"
  ) throws(CommandFailure) -> OutFile {
    let absolute = path.hasPrefix("/") ? path : "\(directory)/\(path)"
    #if canImport(Glibc)
      let descriptor = Glibc.open(absolute, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    #else
      let descriptor = Darwin.open(absolute, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    #endif
    guard descriptor >= 0 else {
      throw CommandFailure.usage("\(option) \(path) cannot be written: \(String(cString: strerror(errno)))")
    }
    return OutFile(descriptor: descriptor, path: path)
  }

  /// Replaces what the file held. Once.
  /// - Throws: ``CommandFailure`` with exit code 1.
  func write(_ text: String) throws(CommandFailure) {
    defer { close(descriptor) }
    _ = ftruncate(descriptor, 0)
    do { try DiskFile.writeAll(descriptor, Array(text.utf8)) } catch {
      throw CommandFailure.failed(.internal, "\(path) could not be written: \(error)")
    }
  }
}
