/// Why an exchange failed. Names the host and never a header, a body, or a query.
package struct HTTPError: Error, Sendable, Hashable, CustomStringConvertible {
  package struct Code: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
    package var description: String { rawValue }

    /// The request cannot be sent as it is.
    package static let badRequest = Code(rawValue: "bad_request")
    package static let unknownHost = Code(rawValue: "unknown_host")
    package static let refused = Code(rawValue: "refused")
    package static let tls = Code(rawValue: "tls")
    package static let connectTimeout = Code(rawValue: "connect_timeout")
    package static let firstByteTimeout = Code(rawValue: "first_byte_timeout")
    package static let idleTimeout = Code(rawValue: "idle_timeout")
    package static let totalTimeout = Code(rawValue: "total_timeout")
    /// The connection ended before the answer did.
    package static let cut = Code(rawValue: "cut")
    package static let tooLarge = Code(rawValue: "too_large")
    /// The answer is no HTTP, or packed in a way that cannot be undone.
    package static let malformed = Code(rawValue: "malformed")
    /// As many exchanges are under way as may be.
    package static let tooMany = Code(rawValue: "too_many")
    /// The client was closed.
    package static let closed = Code(rawValue: "closed")
    /// There is no libcurl, or one that is too old.
    package static let noLibrary = Code(rawValue: "no_library")
    package static let other = Code(rawValue: "other")
  }

  package var code: Code
  /// What happened and why, for a person.
  package var message: String

  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  package var description: String { message }
}
