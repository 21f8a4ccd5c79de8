package import ArgumentParser

/// One command of `scr`. ArgumentParser reads its line; the world comes in by ``run(in:)``.
package protocol Command: ParsableCommand, Sendable {
  /// Whether failures go to stdout as JSON.
  var wantsJSON: Bool { get }

  /// - Throws: ``CommandFailure``, or any error of a lower layer that has words for people.
  /// - Returns: how the process exits.
  func run(in context: CommandContext) async throws -> CommandExit
}

/// What every command understands.
package struct CommonOptions: ParsableArguments, Sendable {
  @Flag(help: "Write the result as one JSON object to stdout.")
  package var json = false

  package init() {}
}
