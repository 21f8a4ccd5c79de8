/// A child that its supervisor no longer listens to and that has not ended yet. Swift cannot kill a task.
package struct StuckChild: Sendable, Hashable {
  package enum Cause: String, Sendable, Hashable {
    /// It ran on for longer than its shutdown policy allows.
    case ignoredShutdown
    /// It gave no sign of life.
    case silent
    /// It gave signs of life, and its work did not go forward.
    case standstill
    /// Its shutdown policy is brutal.
    case brutal
  }

  package let id: String
  package let generation: Int
  package let since: Timestamp
  package let cause: Cause

  package init(id: String, generation: Int, since: Timestamp, cause: Cause) {
    self.id = id
    self.generation = generation
    self.since = since
    self.cause = cause
  }
}
