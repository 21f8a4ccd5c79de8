#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Why a socket of this machine could not be opened or reached.
package struct LocalSocketError: Error, Sendable, Hashable, CustomStringConvertible {
  package struct Code: Sendable, Hashable {
    package let name: String
    package init(name: String) { self.name = name }
    /// Nobody listens there.
    package static let absent = Code(name: "absent")
    /// It belongs to another user.
    package static let foreign = Code(name: "foreign")
    /// The path is too long for this system.
    package static let tooLong = Code(name: "too_long")
    package static let failed = Code(name: "failed")
  }

  package let code: Code
  package let message: String

  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  init(system number: Int32, _ path: String, doing action: String) {
    // A socket whose listener is gone refuses; that is as good as none.
    let isAbsent = [ENOENT, ECONNREFUSED, ENOTDIR].contains(number)
    self.init(isAbsent ? .absent : .failed, "\(action) \(path): \(String(cString: strerror(number)))")
  }

  package var description: String { message }
}
