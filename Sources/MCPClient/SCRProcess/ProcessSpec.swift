/// What to start, and in which surroundings.
package struct ProcessSpec: Sendable, Hashable {
  /// A path, or a name that is looked for along the PATH of `environment`.
  package var command: String
  package var arguments: [String]
  /// All of it: nothing is inherited. See ``ChildEnvironment``.
  package var environment: [String: String]
  /// Nil is our own. A relative `command` with a slash is taken from here.
  package var workingDirectory: String?
  /// Bytes that may wait for a child that does not read its stdin.
  package var inputLimit: Int

  package init(
    command: String, arguments: [String] = [], environment: [String: String], workingDirectory: String? = nil,
    inputLimit: Int = 16 << 20
  ) {
    self.command = command
    self.arguments = arguments
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.inputLimit = inputLimit
  }
}
