#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Why the filesystem server cannot start, or a file could not be used. Tools answer it as a result with `isError`.
package struct FilesystemServerError: Error, Sendable, CustomStringConvertible {
  /// What kind of fault it is. Open: new codes may come.
  package struct Code: RawRepresentable, Sendable, Hashable {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }

    /// The root is missing or no directory.
    package static let badRoot = Code(rawValue: "bad_root")
    /// The path, or a link on it, leads out of the root.
    package static let outside = Code(rawValue: "outside")
    package static let notFound = Code(rawValue: "not_found")
    /// A directory where a file is wanted, or the reverse, or a device, socket or fifo.
    package static let wrongType = Code(rawValue: "wrong_type")
    package static let notText = Code(rawValue: "not_text")
    package static let tooLarge = Code(rawValue: "too_large")
    package static let denied = Code(rawValue: "denied")
    package static let badArgument = Code(rawValue: "bad_argument")
    /// The worker's queue is full.
    package static let busy = Code(rawValue: "busy")
    package static let failed = Code(rawValue: "failed")
  }

  package var code: Code
  /// What happened, why, and what to do.
  package var message: String
  package var cause: (any Error)?

  package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  package var description: String { message }
}

extension FilesystemServerError {
  static func outside(_ path: String, _ root: String) -> Self {
    Self(
      .outside,
      "\(quoted(path)) is outside the allowed directory \(root); list_allowed_directories shows what is allowed")
  }

  /// From `errno` of a call that concerned `path`.
  static func system(_ number: Int32, _ path: String) -> Self {
    let path = quoted(path)
    return switch number {
    case ENOENT: Self(.notFound, "\(path) does not exist")
    case ENOTDIR: Self(.wrongType, "\(path) is no directory, or lies below something that is none")
    case EISDIR: Self(.wrongType, "\(path) is a directory, not a file")
    case EACCES, EPERM, EROFS: Self(.denied, "\(path): permission denied by the operating system")
    case ELOOP: Self(.outside, "\(path) goes through too many symbolic links, or through one of the kernel's own")
    case ENAMETOOLONG: Self(.badArgument, "\(path) has a name that is too long for the file system")
    case ENXIO, ENODEV: Self(.wrongType, "\(path) is neither a regular file nor a directory")
    default: Self(.failed, "\(path): \(String(cString: strerror(number)))")
    }
  }

  /// A path as it stands in a message: long ones are cut.
  static func quoted(_ path: String) -> String { "\"\(path.count > 300 ? path.prefix(300) + "…" : path)\"" }
}
