/// Why a supervisor refused.
package struct SupervisorError: Error, Sendable, Hashable, CustomStringConvertible {
  package struct Code: Sendable, Hashable {
    package let name: String
    package init(name: String) { self.name = name }

    /// A child of that id is there already, running or not.
    package static let taken = Code(name: "taken")
    package static let full = Code(name: "full")
    /// Too many children that cannot be stopped still run.
    package static let tooManyStuck = Code(name: "too_many_stuck")
    /// The supervisor stops, or has ended.
    package static let stopping = Code(name: "stopping")
    /// What the specification asks for cannot be had together.
    package static let badCombination = Code(name: "bad_combination")
    /// The child ended before it was ready.
    package static let startFailed = Code(name: "start_failed")
    package static let notFound = Code(name: "not_found")
    package static let running = Code(name: "running")
    /// The child is in the pause before its restart.
    package static let restarting = Code(name: "restarting")
  }

  package let code: Code
  /// What happened, why, and what to do.
  package let message: String

  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  package var description: String { message }
}
