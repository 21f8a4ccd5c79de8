/// Why a call on a connection got no answer.
package struct ConnectionError: Error, Sendable, CustomStringConvertible {
  package struct Code: Sendable, Hashable {
    package let name: String
    package init(name: String) { self.name = name }
    /// The peer is gone, or no longer reads.
    package static let disconnected = Code(name: "disconnected")
  }

  package let code: Code
  package let message: String

  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  package var description: String { message }
}
