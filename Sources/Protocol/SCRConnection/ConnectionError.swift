/// Why a call on a connection got no answer.
package struct ConnectionError: Error, Sendable, CustomStringConvertible {
  package struct Code: Sendable, Hashable {
    package let name: String
    package init(name: String) { self.name = name }
    /// The peer is gone, or no longer reads.
    package static let disconnected = Code(name: "disconnected")
    /// The same, and certainly none of the request left.
    package static let notSent = Code(name: "not_sent")
    /// The answer came, and is over the limit of a line.
    package static let tooLarge = Code(name: "too_large")
    /// The answer came, and is no message of the protocol.
    package static let unreadable = Code(name: "unreadable")
  }

  package let code: Code
  package let message: String

  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  package var description: String { message }
}
