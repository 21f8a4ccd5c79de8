/// Why a child could not be started or written to.
package struct ProcessError: Error, Sendable, CustomStringConvertible {
  package struct Code: Sendable, Hashable {
    package let name: String
    package init(name: String) { self.name = name }

    /// There is no such command.
    package static let notFound = Code(name: "not_found")
    /// There is such a file, but the system does not run it.
    package static let notExecutable = Code(name: "not_executable")
    /// Its working directory cannot be entered.
    package static let noDirectory = Code(name: "no_directory")
    /// The system gave no process, pipe or memory.
    package static let spawnFailed = Code(name: "spawn_failed")
    /// As many children live as may.
    package static let tooMany = Code(name: "too_many")
    /// The table takes no more children, since it is stopping all.
    package static let stopping = Code(name: "stopping")
    /// The child closed its stdin, or is gone.
    package static let closed = Code(name: "closed")
    /// The child does not read: the bytes that wait for it are at their limit.
    package static let stalled = Code(name: "stalled")
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
